using NodeAgent.Contract;

namespace NodeAgent.Daemon.Cli.Doctors;

/// <summary>What systemd knows of the agent, and whether it may send this machine to sleep.</summary>
internal sealed class SystemdFindings(ICommands commands)
{
    private static readonly string[] SleepTargets = ["sleep.target", "suspend.target", "hibernate.target", "hybrid-sleep.target"];

    public async Task<IReadOnlyList<DoctorFinding>> LookAsync(CancellationToken cancellation)
    {
        var unit = await ShowAsync("nodeagent.service", cancellation);
        if (unit is null)
        {
            return [DoctorFinding.Skipped("systemd", "systemd does not run here"), DoctorFinding.Skipped("sleep", "systemd does not run here")];
        }

        return [Unit(unit), await SleepAsync(cancellation)];
    }

    /// <summary>Whether systemd starts parts of services by itself, at boot, before the cluster has said which node may write.</summary>
    /// <param name="parts">The systemd units that services of this node start.</param>
    public async Task<IReadOnlyList<DoctorFinding>> LookAtPartsAsync(IReadOnlyList<string> parts, CancellationToken cancellation)
    {
        var findings = new List<DoctorFinding>();
        foreach (var part in parts)
        {
            var state = (await ShowAsync(part, cancellation))?.GetValueOrDefault("UnitFileState", "") ?? "";
            findings.Add(state is "enabled" or "enabled-runtime"
                ? new DoctorFinding("boot", part, DoctorVerdict.Failed,
                    $"it is {state}: systemd starts it at boot, before the agent knows which node has the service; two nodes could write", $"systemctl disable {part}")
                : DoctorFinding.Ok("boot", part, "only the agent starts it"));
        }

        return findings;
    }

    private static DoctorFinding Unit(Dictionary<string, string> unit)
    {
        var (load, active, enabled) = (unit.GetValueOrDefault("LoadState", ""), unit.GetValueOrDefault("ActiveState", ""), unit.GetValueOrDefault("UnitFileState", ""));
        var restarts = unit.GetValueOrDefault("NRestarts", "0");
        return (load, active) switch
        {
            ("not-found", _) => DoctorFinding.Skipped("systemd", "nodeagent.service is not installed"),
            (_, "active") when enabled is not ("enabled" or "") => new DoctorFinding(
                "systemd", "nodeagent.service", DoctorVerdict.Warning, $"runs, but is {enabled}: it would not start after a boot", "systemctl enable nodeagent"),
            (_, "active") when restarts is not ("0" or "") => new DoctorFinding(
                "systemd", "nodeagent.service", DoctorVerdict.Warning, $"active, restarted {restarts} times by itself", "journalctl -u nodeagent"),
            (_, "active") => DoctorFinding.Ok("systemd", "nodeagent.service", "active"),
            _ => new DoctorFinding("systemd", "nodeagent.service", DoctorVerdict.Failed, $"{active} ({unit.GetValueOrDefault("Result", "-")})", "systemctl status nodeagent"),
        };
    }

    private async Task<DoctorFinding> SleepAsync(CancellationToken cancellation)
    {
        var open = new List<string>();
        foreach (var target in SleepTargets)
        {
            if (await ShowAsync(target, cancellation) is { } shown && shown.GetValueOrDefault("LoadState", "") == "loaded")
            {
                open.Add(target);
            }
        }

        return open.Count == 0
            ? DoctorFinding.Ok("sleep", "", "systemd never sends this machine to sleep")
            : new DoctorFinding("sleep", "", DoctorVerdict.Warning, $"this machine may be sent to sleep, and a node that sleeps is a node that is lost ({string.Join(", ", open)})",
                $"systemctl mask {string.Join(' ', open)}");
    }

    private async Task<Dictionary<string, string>?> ShowAsync(string unit, CancellationToken cancellation)
    {
        var ran = await commands.RunAsync(
            new Command("systemctl", ["show", unit, "--property=LoadState,ActiveState,SubState,UnitFileState,NRestarts,Result"]) { Deadline = TimeSpan.FromSeconds(10) }, cancellation);
        if (!ran.IsOk || ran.Value.ExitCode != 0)
        {
            return null;
        }

        return ran.Value.Output.Split('\n')
            .Select(line => line.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .DistinctBy(pair => pair[0], StringComparer.Ordinal)
            .ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.Ordinal);
    }
}
