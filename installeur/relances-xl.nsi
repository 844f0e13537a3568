; L'installeur Windows : pour une seule personne, sans droits d'administrateur. Appelé par construire.py.
; Silencieux : /S ; ailleurs : /D=C:\chemin (en dernier, sans guillemets).
Target amd64-unicode
!ifdef VITE
  SetCompressor zlib  ; pour un essai : vingt fois plus vite, un tiers plus gros
!else
  SetCompressor /SOLID lzma
  SetCompressorDictSize 64
!endif
RequestExecutionLevel user
ManifestDPIAware true
Name "relances_xl ${VERSION}"
OutFile "${CIBLE}"
InstallDir "$LOCALAPPDATA\Programs\relances-xl"
InstallDirRegKey HKCU "Software\relances-xl" "Dossier"
BrandingText "relances_xl ${VERSION}"

!include "MUI2.nsh"
!include "FileFunc.nsh"

!define MUI_ICON "${ICONE}"
!define MUI_UNICON "${ICONE}"
!define DESINSTALLATION "Software\Microsoft\Windows\CurrentVersion\Uninstall\relances-xl"
!define MENU "$SMPROGRAMS\relances_xl"
!define ENVOYER "$SENDTO\Dossier de relance (relances_xl).lnk"

!define MUI_WELCOMEPAGE_TEXT "relances_xl s'installe pour vous seul, sans droits d'administrateur. Python est compris.$\r$\n$\r$\nFermez d'abord les fenêtres de relances_xl ouvertes."
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "Créer mon premier dossier de relance"
!define MUI_FINISHPAGE_RUN_FUNCTION PremierDossier
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "French"

VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=${LANG_FRENCH} "ProductName" "relances_xl"
VIAddVersionKey /LANG=${LANG_FRENCH} "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=${LANG_FRENCH} "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=${LANG_FRENCH} "FileDescription" "Installeur de relances_xl"
VIAddVersionKey /LANG=${LANG_FRENCH} "LegalCopyright" "Licence MIT"

; Ce que l'installeur a déposé, et rien d'autre : un fichier que l'utilisateur aurait rangé là reste, et son dossier avec.
!macro Retirer
  RMDir /r "$INSTDIR\python"
  RMDir /r "$INSTDIR\guide"
  RMDir /r "$INSTDIR\licences"
  Delete "$INSTDIR\relances-xl.exe"
  Delete "$INSTDIR\relances-xl.ico"
  Delete "$INSTDIR\nouveau_dossier.py"
  Delete "$INSTDIR\chemin.py"
  Delete "$INSTDIR\invite.cmd"
!macroend

Function PremierDossier
  Exec '"$INSTDIR\python\pythonw.exe" "$INSTDIR\nouveau_dossier.py"'
FunctionEnd

Section "relances_xl"
  ; Un Python en cours d'exécution ne se remplace pas : le dire, plutôt que mêler deux versions.
  IfFileExists "$INSTDIR\python\python.exe" 0 libre
  ClearErrors
  FileOpen $0 "$INSTDIR\python\python.exe" a
  IfErrors 0 refermer
    MessageBox MB_OK|MB_ICONSTOP "relances_xl est en cours d'utilisation : fermez ses fenêtres, puis recommencez." /SD IDOK
    SetErrorLevel 2
    Abort
  refermer:
  FileClose $0
  libre:
  !insertmacro Retirer
  SetOutPath "$INSTDIR"
  File /r "${APPLICATION}/*"
  WriteUninstaller "$INSTDIR\desinstaller.exe"

  CreateDirectory "${MENU}"
  CreateShortcut "${MENU}\Nouveau dossier de relance.lnk" "$INSTDIR\python\pythonw.exe" '"$INSTDIR\nouveau_dossier.py"' "$INSTDIR\relances-xl.ico"
  CreateShortcut "${MENU}\Guide.lnk" "$INSTDIR\guide\index.html" "" "$INSTDIR\relances-xl.ico"
  CreateShortcut "${MENU}\Invite de commandes relances_xl.lnk" "$SYSDIR\cmd.exe" '/k "$INSTDIR\invite.cmd"' "$INSTDIR\relances-xl.ico"
  CreateShortcut "${MENU}\Désinstaller relances_xl.lnk" "$INSTDIR\desinstaller.exe"
  CreateShortcut "${ENVOYER}" "$INSTDIR\python\pythonw.exe" '"$INSTDIR\nouveau_dossier.py"' "$INSTDIR\relances-xl.ico"

  WriteRegStr HKCU "Software\relances-xl" "Dossier" "$INSTDIR"
  WriteRegStr HKCU "${DESINSTALLATION}" "DisplayName" "relances_xl"
  WriteRegStr HKCU "${DESINSTALLATION}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${DESINSTALLATION}" "Publisher" "relances_xl"
  WriteRegStr HKCU "${DESINSTALLATION}" "DisplayIcon" "$INSTDIR\relances-xl.ico"
  WriteRegStr HKCU "${DESINSTALLATION}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${DESINSTALLATION}" "UninstallString" '"$INSTDIR\desinstaller.exe"'
  WriteRegStr HKCU "${DESINSTALLATION}" "QuietUninstallString" '"$INSTDIR\desinstaller.exe" /S'
  WriteRegDWORD HKCU "${DESINSTALLATION}" "EstimatedSize" ${KILO}
  WriteRegDWORD HKCU "${DESINSTALLATION}" "NoModify" 1
  WriteRegDWORD HKCU "${DESINSTALLATION}" "NoRepair" 1
  nsExec::Exec '"$INSTDIR\python\python.exe" "$INSTDIR\chemin.py" ajouter "$INSTDIR"'
SectionEnd

Section "Uninstall"
  nsExec::Exec '"$INSTDIR\python\python.exe" "$INSTDIR\chemin.py" retirer "$INSTDIR"'
  !insertmacro Retirer
  Delete "$INSTDIR\desinstaller.exe"
  RMDir "$INSTDIR"
  RMDir "$LOCALAPPDATA\Programs"  ; seulement s'il est vide : sur un Windows neuf, c'est l'installeur qui l'a créé
  Delete "${ENVOYER}"
  RMDir /r "${MENU}"
  DeleteRegKey HKCU "${DESINSTALLATION}"
  DeleteRegKey HKCU "Software\relances-xl"
SectionEnd
