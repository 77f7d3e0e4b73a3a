using System.Globalization;

using NodeAgent.Contract;

namespace NodeAgent.Linux.Guard;

/// <summary>What the guard's refusals mean.</summary>
internal static class GuardFaults
{
    private const string Look = "Look at: systemctl status nodeagent-guard.";

    public static Fault Refused(string what, GuardAnswer answer)
    {
        var (code, why, next, retry) = answer.Verdict switch
        {
            GuardVerdict.Stranger => (FaultCode.PermissionDenied, "the guard does not take orders from this process", "Run as root, or as the user that the guard was given.", Retry.AfterFix),
            GuardVerdict.OtherBoot => (FaultCode.InvalidArgument, "the deadline is of another boot of this node", "Read the boot's identity anew.", Retry.AfterFix),
            GuardVerdict.DeadlinePassed => (FaultCode.OutOfRange, "the deadline is past", "Renew the lease first.", Retry.AfterFix),
            GuardVerdict.DeadlineTooFar => (FaultCode.OutOfRange, FormattableString.Invariant($"the guard believes no deadline further ahead than {answer.Status.LongestLease.TotalSeconds:0} s"), "Choose a shorter lease, or start the guard with a larger --longest-lease.", Retry.AfterFix),
            GuardVerdict.DeadlineGoesBack => (FaultCode.PreconditionFailed, "the guard already feeds for longer, and that is not taken back", "Wait until the longer deadline is near, or use a newer epoch.", Retry.Later),
            GuardVerdict.OldEpoch => (FaultCode.StaleEpoch, FormattableString.Invariant($"the guard has seen a lease of epoch {answer.Status.Epoch}"), "Find out who else talks to the guard.", Retry.Never),
            GuardVerdict.NotArmed => (FaultCode.PreconditionFailed, "the guard is not armed", "Arm it.", Retry.AfterFix),
            GuardVerdict.NoDevice => (FaultCode.PreconditionFailed, "there is no watchdog that could be set and read back", "Load the watchdog's driver, and let nobody else open the device.", Retry.AfterFix),
            GuardVerdict.Condemned => (FaultCode.PreconditionFailed, "the reset of this node is decided", "Wait for it.", Retry.Never),
            GuardVerdict.StillArmed => (FaultCode.PreconditionFailed, "this node owns something", "Disarm first.", Retry.AfterFix),
            _ => (FaultCode.Internal, "the guard did not understand", "Check that agent and guard are of one version.", Retry.Never),
        };
        return new(code, what, why, next, retry)
        {
            Facts = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["phase"] = answer.Status.Phase.ToString(),
                ["deadline"] = answer.Status.Deadline.Nanoseconds.ToString(CultureInfo.InvariantCulture),
                ["epoch"] = answer.Status.Epoch.ToString(CultureInfo.InvariantCulture),
            },
        };
    }

    public static Fault Unreachable(string what, string why) => new(FaultCode.ControlPlaneUnavailable, what, why, Look, Retry.Later);

    public static Fault Silent(string what, TimeSpan patience) => new(
        FaultCode.TimedOut, what, FormattableString.Invariant($"the guard did not answer within {patience.TotalSeconds:0.###} s"), Look, Retry.Later);

    public static Fault Slower(string what, TimeSpan counted, TimeSpan now) => new(
        FaultCode.PreconditionFailed,
        what,
        FormattableString.Invariant($"the watchdog resets {now.TotalSeconds:0.###} s after its last feed by now, {counted.TotalSeconds:0.###} s are counted with"),
        "Attest it anew.",
        Retry.AfterFix);
}
