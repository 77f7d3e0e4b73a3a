using NodeAgent.Contract;
using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Cli.Configs;
using NodeAgent.Daemon.Cli.Verbs;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Cli.Doctors;

/// <summary>Looks at everything on this node that makes failover or replication fail later. Changes nothing.</summary>
/// <param name="client">The way to the agent.</param>
/// <param name="commands">The way to programs.</param>
/// <param name="time">The clock.</param>
internal sealed class Doctor(ApiClient client, ICommands commands, TimeProvider time)
{
    /// <summary>Looks at everything once.</summary>
    /// <param name="config">The configuration file; null: the one that the agent runs with.</param>
    /// <param name="dropIns">The folder of drop-ins; null: the one beside the file.</param>
    /// <param name="cancellation">Stops looking.</param>
    public async Task<DoctorReport> ExamineAsync(string? config, string? dropIns, CancellationToken cancellation)
    {
        var findings = new List<DoctorFinding>();
        var self = await client.GetAsync<SelfReport>("v1/self", cancellation);
        findings.AddRange(AgentFindings.Of(self));
        var running = self.IsOk && config is null ? self.Value.Configuration : null;
        var (file, folder) = ConfigVerb.Place(config ?? running?.File, dropIns ?? running?.DropIns);
        var reading = await ConfigJudge.ReadAsync(file, folder, time, cancellation);
        findings.Add(ConfigFinding(reading));
        findings.AddRange(await new PluginFindings(commands).LookAsync(
            ConfigJudge.ValueOf(reading, "plugins.path"), ConfigJudge.ValueOf(reading, "plugins.require_root_owned") == "true", WantedBy(reading), time, cancellation));
        if (self.IsOk)
        {
            findings.AddRange(PeerFindings.Of(self.Value));
            findings.AddRange(BackendFindings.Of(await client.GetAsync<NodeReport>("v1/report", cancellation)));
            findings.AddRange(SafeguardFindings.Of(await client.GetAsync<SafeguardReport>("v1/safeguards", cancellation)));
        }
        else
        {
            findings.Add(DoctorFinding.Skipped("peers", "only the agent knows them"));
            findings.Add(DoctorFinding.Skipped("backend", "only the agent knows"));
            findings.Add(DoctorFinding.Skipped("watchdog", "only the agent knows"));
            findings.Add(DoctorFinding.Skipped("fencing", "only the agent knows"));
        }

        findings.AddRange(StateFindings.Of(ConfigJudge.ValueOf(reading, "state")));
        var systemd = new SystemdFindings(commands);
        findings.AddRange(await systemd.LookAsync(cancellation));
        findings.AddRange(await systemd.LookAtPartsAsync(PartsOf(reading, "systemd"), cancellation));
        findings.AddRange(await new GuestFindings(commands, self.IsOk ? self.Value.Node.Value : null, time).LookAsync(
            [.. PartsOf(reading, "machine").Select(number => ("qm", number)), .. PartsOf(reading, "container").Select(number => ("pct", number))], cancellation));
        return new DoctorReport(StatusMerge.ApiVersion, time.GetUtcNow(), findings.Max(finding => finding.Verdict), findings);
    }

    private static HashSet<string> WantedBy(ConfigReading reading) =>
        [.. reading.Lines.Where(line => line.Field.EndsWith("].plugin", StringComparison.Ordinal)).Select(line => line.Value)];

    private static List<string> PartsOf(ConfigReading reading, string kind) =>
    [
        .. reading.Lines.Where(line => line.Field.StartsWith("services[", StringComparison.Ordinal) && line.Field.EndsWith("].what", StringComparison.Ordinal)
            && ConfigJudge.ValueOf(reading, $"{line.Field[..^"what".Length]}kind") == kind).Select(line => line.Value).Distinct(StringComparer.Ordinal),
    ];

    private static DoctorFinding ConfigFinding(ConfigReading reading)
    {
        var errors = reading.Problems.Where(problem => problem.Severity == ProblemSeverity.Error).ToList();
        if (errors.Count > 0)
        {
            return new DoctorFinding("config", reading.Files[0], DoctorVerdict.Failed, errors.Count == 1 ? errors[0].ToString() : $"{errors.Count} errors, the first: {errors[0]}", "nodeagent config check");
        }

        return reading.Problems.Count > 0
            ? new DoctorFinding("config", reading.Files[0], DoctorVerdict.Warning, reading.Problems[0].ToString(), "nodeagent config check")
            : DoctorFinding.Ok("config", reading.Files[0], "no errors");
    }
}
