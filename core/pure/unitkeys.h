/* unitkeys - the directives of units that mean something here: one line each, from which the enum and the table of
 * pure/unit.c are made. U [Unit], S [Service], I [Install], T [Timer]. Others are known and passed over, or unknown.
 *
 *	kind     its value                                      several lines
 *	TEXT     anything; specifiers replaced                  the last counts
 *	PATH     absolute, without // and /./ in it             the last
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
	X("U", After, UNITS, 0)                                                                                        \
	X("U", Assert, LINES, 0) /* AssertPathExists= …: unit_setting.name tells which */                              \
	X("U", Before, UNITS, 0)                                                                                       \
	X("U", BindsTo, UNITS, 0)                                                                                      \
	X("U", Condition, LINES, 0)                                                                                    \
	X("U", Conflicts, UNITS, 0)                                                                                    \
	X("U", Description, TEXT, 0)                                                                                   \
	X("US", FailureAction, CHOICE, UNITKEYS_ACTIONS)                                                               \
	X("U", FailureActionExitStatus, NUMBER, 0)                                                                     \
	X("U", OnFailure, UNITS, 0)                                                                                    \
	X("U", OnSuccess, UNITS, 0)                                                                                    \
	X("U", PartOf, UNITS, 0)                                                                                       \
	X("U", Requires, UNITS, 0)                                                                                     \
	X("U", Requisite, UNITS, 0)                                                                                    \
	X("US", StartLimitAction, CHOICE, UNITKEYS_ACTIONS)                                                            \
	X("US", StartLimitBurst, NUMBER, 0)                                                                            \
	X("US", StartLimitInterval, SPAN, 0)                                                                           \
	X("US", StartLimitIntervalSec, SPAN, 0)                                                                        \
	X("U", SuccessAction, CHOICE, UNITKEYS_ACTIONS)                                                                \
	X("U", SuccessActionExitStatus, NUMBER, 0)                                                                     \
	X("U", Upholds, UNITS, 0)                                                                                      \
	X("U", Wants, UNITS, 0)                                                                                        \
	X("S", AmbientCapabilities, LINES, 0)                                                                          \
	X("S", BusName, TEXT, 0)                                                                                       \
	X("S", CacheDirectory, WORDS, 0)                                                                               \
	X("S", CacheDirectoryMode, MODE, 0)                                                                            \
	X("S", CapabilityBoundingSet, LINES, 0)                                                                        \
	X("S", ConfigurationDirectory, WORDS, 0)                                                                       \
	X("S", ConfigurationDirectoryMode, MODE, 0)                                                                    \
	X("S", DynamicUser, BOOL, 0)                                                                                   \
	X("S", Environment, WORDS, 0)                                                                                  \
	X("S", EnvironmentFile, LINES, 0)                                                                              \
	X("S", ExecCondition, EXEC, 0)                                                                                 \
	X("S", ExecReload, EXEC, 0)                                                                                    \
	X("S", ExecStart, EXEC, 0)                                                                                     \
	X("S", ExecStartPost, EXEC, 0)                                                                                 \
	X("S", ExecStartPre, EXEC, 0)                                                                                  \
	X("S", ExecStop, EXEC, 0)                                                                                      \
	X("S", ExecStopPost, EXEC, 0)                                                                                  \
	X("S", FinalKillSignal, SIGNAL, 0)                                                                             \
	X("S", Group, TEXT, 0)                                                                                         \
	X("S", GuessMainPID, BOOL, 0)                                                                                  \
	X("S", IgnoreSIGPIPE, BOOL, 0)                                                                                 \
	X("S", KillMode, CHOICE, "control-group mixed process none")                                                   \
	X("S", KillSignal, SIGNAL, 0)                                                                                  \
	X("S", LimitAS, TEXT, 0)                                                                                       \
	X("S", LimitCORE, TEXT, 0)                                                                                     \
	X("S", LimitCPU, TEXT, 0)                                                                                      \
	X("S", LimitDATA, TEXT, 0)                                                                                     \
	X("S", LimitFSIZE, TEXT, 0)                                                                                    \
	X("S", LimitLOCKS, TEXT, 0)                                                                                    \
	X("S", LimitMEMLOCK, TEXT, 0)                                                                                  \
	X("S", LimitMSGQUEUE, TEXT, 0)                                                                                 \
	X("S", LimitNICE, TEXT, 0)                                                                                     \
	X("S", LimitNOFILE, TEXT, 0)                                                                                   \
	X("S", LimitNPROC, TEXT, 0)                                                                                    \
	X("S", LimitRSS, TEXT, 0)                                                                                      \
	X("S", LimitRTPRIO, TEXT, 0)                                                                                   \
	X("S", LimitRTTIME, TEXT, 0)                                                                                   \
	X("S", LimitSIGPENDING, TEXT, 0)                                                                               \
	X("S", LimitSTACK, TEXT, 0)                                                                                    \
	X("S", LogsDirectory, WORDS, 0)                                                                                \
	X("S", LogsDirectoryMode, MODE, 0)                                                                             \
	X("S", Nice, TEXT, 0)                                                                                          \
	X("S", NoNewPrivileges, BOOL, 0)                                                                               \
	X("S", NonBlocking, BOOL, 0)                                                                                   \
	X("S", NotifyAccess, CHOICE, "none main exec all")                                                             \
	X("S", OOMScoreAdjust, TEXT, 0)                                                                                \
	X("S", PIDFile, TEXT, 0)                                                                                       \
	X("S", PassEnvironment, WORDS, 0)                                                                              \
	X("S", PermissionsStartOnly, BOOL, 0)                                                                          \
	X("S", ReloadSignal, SIGNAL, 0)                                                                                \
	X("S", RemainAfterExit, BOOL, 0)                                                                               \
	X("S", Restart, CHOICE, "no on-success on-failure on-abnormal on-watchdog on-abort always")                    \
	X("S", RestartForceExitStatus, WORDS, 0)                                                                       \
	X("S", RestartKillSignal, SIGNAL, 0)                                                                           \
	X("S", RestartPreventExitStatus, WORDS, 0)                                                                     \
	X("S", RestartSec, SPAN, 0)                                                                                    \
	X("S", RootDirectory, TEXT, 0)                                                                                 \
	X("S", RootDirectoryStartOnly, BOOL, 0)                                                                        \
	X("S", RootImage, TEXT, 0)                                                                                     \
	X("S", RuntimeDirectory, WORDS, 0)                                                                             \
	X("S", RuntimeDirectoryMode, MODE, 0)                                                                          \
	X("S", RuntimeDirectoryPreserve, CHOICE, "no yes restart")                                                     \
	X("S", RuntimeMaxSec, SPAN, 0)                                                                                 \
	X("S", SecureBits, WORDS, 0)                                                                                   \
	X("S", SendSIGHUP, BOOL, 0)                                                                                    \
	X("S", SendSIGKILL, BOOL, 0)                                                                                   \
	X("S", StandardError, TEXT, 0)                                                                                 \
	X("S", StandardInput, TEXT, 0)                                                                                 \
	X("S", StandardOutput, TEXT, 0)                                                                                \
	X("S", StateDirectory, WORDS, 0)                                                                               \
	X("S", StateDirectoryMode, MODE, 0)                                                                            \
	X("S", SuccessExitStatus, WORDS, 0)                                                                            \
	X("S", SupplementaryGroups, WORDS, 0)                                                                          \
	X("S", SyslogFacility, TEXT, 0)                                                                                \
	X("S", SyslogIdentifier, TEXT, 0)                                                                              \
	X("S", SyslogLevel, TEXT, 0)                                                                                   \
	X("S", TimeoutSec, SPAN, 0)                                                                                    \
	X("S", TimeoutStartSec, SPAN, 0)                                                                               \
	X("S", TimeoutStopSec, SPAN, 0)                                                                                \
	X("S", Type, CHOICE, "simple exec forking oneshot notify notify-reload idle dbus")                             \
	X("S", UMask, MODE, 0)                                                                                         \
	X("S", UnsetEnvironment, WORDS, 0)                                                                             \
	X("S", User, TEXT, 0)                                                                                          \
	X("S", WatchdogSec, SPAN, 0)                                                                                   \
	X("S", WatchdogSignal, SIGNAL, 0)                                                                              \
	X("S", WorkingDirectory, TEXT, 0)                                                                              \
	X("I", Alias, UNITS, 0)                                                                                        \
	X("I", Also, UNITS, 0)                                                                                         \
	X("I", DefaultInstance, TEXT, 0)                                                                               \
	X("I", RequiredBy, UNITS, 0)                                                                                   \
	X("I", WantedBy, UNITS, 0)                                                                                     \
	X("T", OnActiveSec, SPANS, 0)                                                                                  \
	X("T", OnBootSec, SPANS, 0)                                                                                    \
	X("T", OnCalendar, LINES, 0)                                                                                   \
	X("T", OnStartupSec, SPANS, 0)                                                                                 \
	X("T", OnUnitActiveSec, SPANS, 0)                                                                              \
	X("T", OnUnitInactiveSec, SPANS, 0)                                                                            \
	X("T", Persistent, BOOL, 0)                                                                                    \
	X("T", RandomizedDelaySec, SPAN, 0)                                                                            \
	X("T", Unit, UNITS, 0)

#define UNITKEYS_ACTIONS                                                                                               \
	"none exit exit-force reboot reboot-force reboot-immediate poweroff poweroff-force poweroff-immediate halt "   \
	"halt-force halt-immediate kexec kexec-force soft-reboot soft-reboot-force"

#define UNITKEYS_ENUM(sections, name, kind, choices) UNIT_##name,
enum unit_key { UNITKEYS(UNITKEYS_ENUM) UNIT_KEYS };
#undef UNITKEYS_ENUM

#endif
