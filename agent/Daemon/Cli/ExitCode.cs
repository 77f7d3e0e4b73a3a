using NodeAgent.Contract;

namespace NodeAgent.Daemon.Cli;

/// <summary>How the command line ends. Scripts rely on these; unknown ones mean failure.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Degraded = 3;
    public const int Critical = 4;
    public const int Refused = 5;
    public const int NotPermitted = 7;
    public const int AgentUnreachable = 8;
    public const int OutcomeUnknown = 9;
    public const int BadConfiguration = 78;
    public const int Interrupted = 130;

    /// <summary>All of them, as the help and the manual tell them.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Ok, "done"),
        (Failed, "failed; any code that is not listed means the same"),
        (Usage, "the command or something it names is wrong"),
        (Degraded, "degraded (status --exit-code, doctor), or not all could be asked (kept list)"),
        (Critical, "failed state (status --exit-code, doctor)"),
        (Refused, "refused by a safety check, or not confirmed"),
        (NotPermitted, "not permitted"),
        (AgentUnreachable, "the agent cannot be reached"),
        (OutcomeUnknown, "timed out, the outcome is unknown: look before trying again"),
        (BadConfiguration, "the configuration has errors"),
        (Interrupted, "interrupted; an order that was given goes on"),
    ];

    /// <summary>The exit code for a fault.</summary>
    public static int Of(FaultCode code) => code switch
    {
        FaultCode.PermissionDenied => NotPermitted,
        FaultCode.TimedOut => OutcomeUnknown,
        FaultCode.PreconditionFailed or FaultCode.WouldLoseWrites or FaultCode.FenceRequired or FaultCode.InUse
            or FaultCode.StaleEpoch or FaultCode.NotWriter or FaultCode.Diverged => Refused,
        FaultCode.InvalidArgument => Usage,
        _ => Failed,
    };
}
