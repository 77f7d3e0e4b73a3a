using NodeAgent.Contract;
using NodeAgent.Daemon.Json;

namespace NodeAgent.Daemon.Cli.Doctors;

/// <summary>Whether Proxmox starts guests of services by itself, at boot or by its own failover: only the agent may, once it has the service.</summary>
internal sealed class GuestFindings(ICommands commands)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>Looks at each guest as this node's Proxmox knows it.</summary>
    /// <param name="guests">The tool of each guest, <c>qm</c> or <c>pct</c>, and its number.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<IReadOnlyList<DoctorFinding>> LookAsync(IReadOnlyList<(string Tool, string Number)> guests, CancellationToken cancellation)
    {
        if (guests.Count == 0)
        {
            return [];
        }

        var managed = await ManagedAsync(cancellation);
        var findings = new List<DoctorFinding>();
        foreach (var (tool, number) in guests)
        {
            findings.Add(await LookAsync(tool, number, managed, cancellation));
        }

        return findings;
    }

    private async Task<DoctorFinding> LookAsync(string tool, string number, Outcome<HashSet<string>> managed, CancellationToken cancellation)
    {
        var (name, id) = tool == "qm" ? ($"virtual machine {number}", $"vm:{number}") : ($"container {number}", $"ct:{number}");
        var config = await commands.RunAsync(new Command(tool, ["config", number]) { Deadline = Deadline }, cancellation);
        if (!config.IsOk || config.Value.ExitCode != 0)
        {
            return DoctorFinding.Skipped("boot", $"{name}: {tool} config {number} gave no answer: its configuration may be on another node now");
        }

        // "onboot: 1", qm.conf(5) and pct.conf(5).
        if (config.Value.Output.Split('\n').Any(line => line.Split(':') is [var key, var value] && key.Trim() == "onboot" && value.Trim() == "1"))
        {
            return new DoctorFinding(
                "boot", name, DoctorVerdict.Failed,
                "Proxmox starts it at boot, before the agent knows which node has the service; two nodes could write", $"{tool} set {number} --onboot 0");
        }

        return !managed.IsOk ? DoctorFinding.Skipped("boot", $"{name}: not started at boot; whether the HA manager of Proxmox starts it is not known: {managed.Fault.Why}")
            : managed.Value.Contains(id)
                ? new DoctorFinding("boot", name, DoctorVerdict.Failed, "the HA manager of Proxmox starts it where it likes; two nodes could write", $"ha-manager remove {id}")
                : DoctorFinding.Ok("boot", name, "only the agent starts it");
    }

    // A list of resources, each with its "sid" such as "vm:100": the API viewer of Proxmox, /cluster/ha/resources.
    private async Task<Outcome<HashSet<string>>> ManagedAsync(CancellationToken cancellation)
    {
        const string What = "cannot tell what the HA manager of Proxmox starts";
        var told = await commands.RunAsync(new Command("pvesh", ["get", "/cluster/ha/resources", "--output-format", "json"]) { Deadline = Deadline }, cancellation);
        if (!told.IsOk || told.Value.ExitCode != 0)
        {
            return told.Fault ?? new Fault(FaultCode.PreconditionFailed, What, $"pvesh ended with {told.Value.ExitCode}", "pvesh get /cluster/ha/resources", Retry.AfterLook);
        }

        var read = WireJson.Read<List<HaResource>>(System.Text.Encoding.UTF8.GetBytes(told.Value.Output), What, WireJson.Lenient);
        return read.Map(all => all.Select(one => one.Sid).ToHashSet(StringComparer.Ordinal));
    }

    private sealed record HaResource(string Sid);
}
