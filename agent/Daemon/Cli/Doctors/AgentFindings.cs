using NodeAgent.Contract;
using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Hosting;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Cli.Doctors;

/// <summary>The agent itself: whether it answers, its version, what hangs in it.</summary>
internal static class AgentFindings
{
    private static readonly TimeSpan OperationLimit = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan CertificateWarning = TimeSpan.FromDays(14);
    private static readonly TimeSpan CertificateFailure = TimeSpan.FromDays(3);

    public static IEnumerable<DoctorFinding> Of(Outcome<SelfReport> answer)
    {
        if (!answer.IsOk)
        {
            yield return new DoctorFinding("agent", "", DoctorVerdict.Failed, answer.Fault.Why, answer.Fault.NextStep);
            foreach (var check in (string[])["version", "certificate", "commands", "operations"])
            {
                yield return DoctorFinding.Skipped(check, "only the agent knows");
            }

            yield break;
        }

        var self = answer.Value;
        yield return DoctorFinding.Ok("agent", self.Node.Value, $"answers, version {self.Version}");
        yield return Version(self);
        yield return Certificate(self);
        yield return self.StuckCommands is [{ } stuck, ..]
            ? new DoctorFinding("commands", stuck.Tool, DoctorVerdict.Failed,
                $"{self.StuckCommands.Count} programs were killed and do not die; process {stuck.Pid} ({stuck.Tool} {stuck.Verb}) for {Spans.Short(self.At - stuck.StartedAt)}",
                $"It waits for the kernel: see 'cat /proc/{stuck.Pid}/stack' and 'dmesg'; a hung disk or pool is the usual reason.")
            : DoctorFinding.Ok("commands", "", "none is stuck");
        var old = self.OpenOperations.Where(operation => self.At - operation.StartedAt > OperationLimit).ToList();
        yield return old is [{ } first, ..]
            ? new DoctorFinding("operations", first.Subject, DoctorVerdict.Warning,
                $"{old.Count} are open for longer than {Spans.Short(OperationLimit)}; {first.Kind} of {first.Subject} for {Spans.Short(self.At - first.StartedAt)} at step {first.Step}{(first.Fault is { } fault ? $": {fault}" : "")}",
                "nodeagent operations")
            : DoctorFinding.Ok("operations", "", $"{self.OpenOperations.Count} open, none for longer than {Spans.Short(OperationLimit)}");
    }

    private static DoctorFinding Version(SelfReport self) => self.RestartRequired is not null || self.Version != AgentVersion.Running
        ? new DoctorFinding("version", "", DoctorVerdict.Warning, $"the agent still runs {self.Version}, installed is {AgentVersion.Running}", "systemctl restart nodeagent")
        : DoctorFinding.Ok("version", "", "the installed version runs");

    private static DoctorFinding Certificate(SelfReport self)
    {
        if (self.CertificateEnd is not { } end)
        {
            return DoctorFinding.Skipped("certificate", "this node is in no cluster");
        }

        var left = end - self.At;
        var text = left > TimeSpan.Zero ? $"valid for {Spans.Short(left)}, until {end.UtcDateTime:yyyy-MM-dd}" : $"ended on {end.UtcDateTime:yyyy-MM-dd}";
        return left > CertificateWarning ? DoctorFinding.Ok("certificate", "", text) : new DoctorFinding(
            "certificate", "", left > CertificateFailure ? DoctorVerdict.Warning : DoctorVerdict.Failed, text,
            "It renews itself while the issuer is reachable: see 'nodeagent cluster members' and the log.");
    }
}
