using NodeAgent.Contract;
using NodeAgent.Daemon.Api;

namespace NodeAgent.Daemon.Cli.Doctors;

/// <summary>Watchdog and fence devices: without a proof that a node writes no more its services wait for an operator.</summary>
internal static class SafeguardFindings
{
    public static IEnumerable<DoctorFinding> Of(Outcome<SafeguardReport> answer)
    {
        if (!answer.IsOk || !answer.Value.IsNeeded)
        {
            var why = answer.IsOk ? "no services fail over here" : "only the agent knows";
            return [DoctorFinding.Skipped("watchdog", why), DoctorFinding.Skipped("fencing", why)];
        }

        var report = answer.Value;
        var devices = report.Devices.Select(device => device.Problem is null
            ? DoctorFinding.Ok("fencing", device.Subject, "its fence devices answer, and say that it is on")
            : new DoctorFinding("fencing", device.Subject, DoctorVerdict.Failed, device.Problem, device.Remedy));
        return [Watchdog(report), .. report.Devices.Count == 0 ? [DoctorFinding.Skipped("fencing", "no fence device of a node that runs")] : devices];
    }

    private static DoctorFinding Watchdog(SafeguardReport report) => report.Watchdog switch
    {
        null => DoctorFinding.Skipped("watchdog", "only the agent knows"),
        { Problem: null } watchdog => DoctorFinding.Ok("watchdog", watchdog.Subject, "attested: the end of this node's lease proves that it writes no more"),
        { } watchdog => new DoctorFinding(
            "watchdog", watchdog.Subject, report.CanBeFenced ? DoctorVerdict.Warning : DoctorVerdict.Failed,
            $"if this node dies its services wait for {(report.CanBeFenced ? "its power to be cut" : "an operator")}: {watchdog.Problem}", watchdog.Remedy),
    };
}
