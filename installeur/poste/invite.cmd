@echo off
chcp 65001 >nul
set "PATH=%~dp0;%PATH%"
set "PYTHONUTF8=1"
cd /d "%USERPROFILE%\Documents"
echo Tapez « relances-xl --help ».
