/* unitkeys - the directives of units that mean something here: one line each, from which the enum and the table of
 * pure/unit.c are made. U [Unit], S [Service], I [Install], T [Timer]. Others are known and passed over, or unknown.
 *
 *	kind     its value                                      several lines
 *	TEXT     anything; specifiers replaced                  the last counts
 *	BOOL NUMBER SPAN SIGNAL MODE (octal)                    the last
 *	CHOICE   one of the words behind it                     the last
 *	LINES    as TEXT                                        all, in order; an empty one takes back those before it
 *	WORDS    words, perhaps in quotes                       likewise
 *	UNITS    names of units                                 likewise
 *	SPANS    lengths of time                                likewise
 *	EXEC     command lines                                  likewise
 */
#ifndef PURE_UNITKEYS_H
#define PURE_UNITKEYS_H

#define UNITKEYS(X)                                                                                                    \
	X("U", After, UNITS, "")                                                                                       \
	X("U", Assert, LINES, "") /* AssertPathExists= …: unit_setting.name tells which */                           \
	X("U", Before, UNITS, "")                                                                                      \
	X("U", BindsTo, UNITS, "")                                                                                     \
	X("U", Condition, LINES, "")                                                                                   \
	X("U", Conflicts, UNITS, "")                                                                                   \
	X("U", Description, TEXT, "")                                                                                  \
	X("US", FailureAction, CHOICE, UNITKEYS_ACTIONS)                                                               \
	X("U", FailureActionExitStatus, NUMBER, "")                                                                    \
	X("U", OnFailure, UNITS, "")                                                                                   \
	X("U", OnSuccess, UNITS, "")                                                                                   \
	X("U", PartOf, UNITS, "")                                                                                      \
	X("U", Requires, UNITS, "")                                                                                    \
	X("U", Requisite, UNITS, "")                                                                                   \
	X("US", StartLimitAction, CHOICE, UNITKEYS_ACTIONS)                                                            \
	X("US", StartLimitBurst, NUMBER, "")                                                                           \
	X("US", StartLimitInterval, SPAN, "")                                                                          \
	X("US", StartLimitIntervalSec, SPAN, "")                                                                       \
	X("U", SuccessAction, CHOICE, UNITKEYS_ACTIONS)                                                                \
	X("U", SuccessActionExitStatus, NUMBER, "")                                                                    \
	X("U", Upholds, UNITS, "")                                                                                     \
	X("U", Wants, UNITS, "")                                                                                       \
	X("S", AmbientCapabilities, LINES, "")                                                                         \
	X("S", BusName, TEXT, "")                                                                                      \
	X("S", CacheDirectory, WORDS, "")                                                                              \
	X("S", CacheDirectoryMode, MODE, "")                                                                           \
	X("S", CapabilityBoundingSet, LINES, "")                                                                       \
	X("S", ConfigurationDirectory, WORDS, "")                                                                      \
	X("S", ConfigurationDirectoryMode, MODE, "")                                                                   \
	X("S", DynamicUser, BOOL, "")                                                                                  \
	X("S", Environment, WORDS, "")                                                                                 \
	X("S", EnvironmentFile, LINES, "")                                                                             \
	X("S", ExecCondition, EXEC, "")                                                                                \
	X("S", ExecReload, EXEC, "")                                                                                   \
	X("S", ExecStart, EXEC, "")                                                                                    \
	X("S", ExecStartPost, EXEC, "")                                                                                \
	X("S", ExecStartPre, EXEC, "")                                                                                 \
	X("S", ExecStop, EXEC, "")                                                                                     \
	X("S", ExecStopPost, EXEC, "")                                                                                 \
	X("S", FinalKillSignal, SIGNAL, "")                                                                            \
	X("S", Group, TEXT, "")                                                                                        \
	X("S", GuessMainPID, BOOL, "")                                                                                 \
	X("S", IgnoreSIGPIPE, BOOL, "")                                                                                \
	X("S", KillMode, CHOICE, "control-group mixed process none")                                                   \
	X("S", KillSignal, SIGNAL, "")                                                                                 \
	X("S", LimitAS, TEXT, "")                                                                                      \
	X("S", LimitCORE, TEXT, "")                                                                                    \
	X("S", LimitCPU, TEXT, "")                                                                                     \
	X("S", LimitDATA, TEXT, "")                                                                                    \
	X("S", LimitFSIZE, TEXT, "")                                                                                   \
	X("S", LimitLOCKS, TEXT, "")                                                                                   \
	X("S", LimitMEMLOCK, TEXT, "")                                                                                 \
	X("S", LimitMSGQUEUE, TEXT, "")                                                                                \
	X("S", LimitNICE, TEXT, "")                                                                                    \
	X("S", LimitNOFILE, TEXT, "")                                                                                  \
	X("S", LimitNPROC, TEXT, "")                                                                                   \
	X("S", LimitRSS, TEXT, "")                                                                                     \
	X("S", LimitRTPRIO, TEXT, "")                                                                                  \
	X("S", LimitRTTIME, TEXT, "")                                                                                  \
	X("S", LimitSIGPENDING, TEXT, "")                                                                              \
	X("S", LimitSTACK, TEXT, "")                                                                                   \
	X("S", LogsDirectory, WORDS, "")                                                                               \
	X("S", LogsDirectoryMode, MODE, "")                                                                            \
	X("S", Nice, TEXT, "")                                                                                         \
	X("S", NoNewPrivileges, BOOL, "")                                                                              \
	X("S", NonBlocking, BOOL, "")                                                                                  \
	X("S", NotifyAccess, CHOICE, "none main exec all")                                                             \
	X("S", OOMScoreAdjust, TEXT, "")                                                                               \
	X("S", PIDFile, TEXT, "")                                                                                      \
	X("S", PassEnvironment, WORDS, "")                                                                             \
	X("S", PermissionsStartOnly, BOOL, "")                                                                         \
	X("S", ReloadSignal, SIGNAL, "")                                                                               \
	X("S", RemainAfterExit, BOOL, "")                                                                              \
	X("S", Restart, CHOICE, "no on-success on-failure on-abnormal on-watchdog on-abort always")                    \
	X("S", RestartForceExitStatus, WORDS, "")                                                                      \
	X("S", RestartKillSignal, SIGNAL, "")                                                                          \
	X("S", RestartPreventExitStatus, WORDS, "")                                                                    \
	X("S", RestartSec, SPAN, "")                                                                                   \
	X("S", RootDirectory, TEXT, "")                                                                                \
	X("S", RootDirectoryStartOnly, BOOL, "")                                                                       \
	X("S", RootImage, TEXT, "")                                                                                    \
	X("S", RuntimeDirectory, WORDS, "")                                                                            \
	X("S", RuntimeDirectoryMode, MODE, "")                                                                         \
	X("S", RuntimeDirectoryPreserve, CHOICE, "no yes restart")                                                     \
	X("S", RuntimeMaxSec, SPAN, "")                                                                                \
	X("S", SecureBits, WORDS, "")                                                                                  \
	X("S", SendSIGHUP, BOOL, "")                                                                                   \
	X("S", SendSIGKILL, BOOL, "")                                                                                  \
	X("S", StandardError, TEXT, "")                                                                                \
	X("S", StandardInput, TEXT, "")                                                                                \
	X("S", StandardOutput, TEXT, "")                                                                               \
	X("S", StateDirectory, WORDS, "")                                                                              \
	X("S", StateDirectoryMode, MODE, "")                                                                           \
	X("S", SuccessExitStatus, WORDS, "")                                                                           \
	X("S", SupplementaryGroups, WORDS, "")                                                                         \
	X("S", SyslogFacility, CHOICE,                                                                                 \
	  "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp . . . . local0 local1 local2 local3 "     \
	  "local4 "                                                                                                    \
	  "local5 local6 local7")                                                                                      \
	X("S", SyslogIdentifier, TEXT, "")                                                                             \
	X("S", SyslogLevel, CHOICE, "emerg alert crit err warning notice info debug")                                  \
	X("S", TimeoutSec, SPAN, "")                                                                                   \
	X("S", TimeoutStartSec, SPAN, "")                                                                              \
	X("S", TimeoutStopSec, SPAN, "")                                                                               \
	X("S", Type, CHOICE, "simple exec forking oneshot notify notify-reload idle dbus")                             \
	X("S", UMask, MODE, "")                                                                                        \
	X("S", UnsetEnvironment, WORDS, "")                                                                            \
	X("S", User, TEXT, "")                                                                                         \
	X("S", WatchdogSec, SPAN, "")                                                                                  \
	X("S", WatchdogSignal, SIGNAL, "")                                                                             \
	X("S", WorkingDirectory, TEXT, "")                                                                             \
	X("I", Alias, UNITS, "")                                                                                       \
	X("I", Also, UNITS, "")                                                                                        \
	X("I", DefaultInstance, TEXT, "")                                                                              \
	X("I", RequiredBy, UNITS, "")                                                                                  \
	X("I", WantedBy, UNITS, "")                                                                                    \
	X("T", OnActiveSec, SPANS, "")                                                                                 \
	X("T", OnBootSec, SPANS, "")                                                                                   \
	X("T", OnCalendar, LINES, "")                                                                                  \
	X("T", OnStartupSec, SPANS, "")                                                                                \
	X("T", OnUnitActiveSec, SPANS, "")                                                                             \
	X("T", OnUnitInactiveSec, SPANS, "")                                                                           \
	X("T", Persistent, BOOL, "")                                                                                   \
	X("T", RandomizedDelaySec, SPAN, "")                                                                           \
	X("T", Unit, UNITS, "")

#define UNITKEYS_ACTIONS                                                                                               \
	"none exit exit-force reboot reboot-force reboot-immediate poweroff poweroff-force poweroff-immediate halt "   \
	"halt-force halt-immediate kexec kexec-force soft-reboot soft-reboot-force"

#define UNITKEYS_ENUM(sections, name, kind, choices) UNIT_##name,
enum unit_key { UNITKEYS(UNITKEYS_ENUM) UNIT_KEYS };
#undef UNITKEYS_ENUM

#endif
