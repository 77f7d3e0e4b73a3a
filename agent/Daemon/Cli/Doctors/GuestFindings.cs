using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Daemon.Json;
using NodeAgent.Linux.Services;

namespace NodeAgent.Daemon.Cli.Doctors;

/// <summary>
/// Whether Proxmox starts guests of services by itself, at boot or by its own failover: only the agent may, once it has the service. And
/// whether each can start on this node.
/// </summary>
/// <param name="commands">The way to programs.</param>
/// <param name="self">This node, as the agents call it; null: the agent did not tell.</param>
/// <param name="time">The clock.</param>
internal sealed class GuestFindings(ICommands commands, string? self, TimeProvider time)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>Where the nodes' configuration is.</summary>
    public ProxmoxTree Tree { get; init; } = new();

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
            findings.AddRange(await LookAsync(tool, number, managed, cancellation));
        }

        return findings;
    }

    private async Task<IReadOnlyList<DoctorFinding>> LookAsync(string tool, string number, Outcome<HashSet<string>> managed, CancellationToken cancellation)
    {
        var kind = tool == "qm" ? GuestKind.Machine : GuestKind.Container;
        var (name, id) = kind == GuestKind.Machine ? ($"virtual machine {number}", $"vm:{number}") : ($"container {number}", $"ct:{number}");
        var (place, shared) = await TreeAsync(kind, number, cancellation);
        var config = await commands.RunAsync(new Command(tool, ["config", number]) { Deadline = Deadline }, cancellation);
        var text = config.IsOk && config.Value.ExitCode == 0 ? config.Value.Output : place?.Text;
        if (text is null)
        {
            return [place is null
                ? DoctorFinding.Skipped("boot", $"{name}: {tool} config {number} gave no answer: its configuration may be on another node now")
                : Missing(place, tool, name, number)];
        }

        var read = GuestConfig.Parse(text);
        List<DoctorFinding> findings = [Started(read, tool, name, number, id, managed), .. Startable(read, place, name, shared)];
        if (place is { IsHere: false, Holders: [var holder] } && place.Members.Online.Contains(holder)
            && await GuestHome.AskAsync(commands, holder, kind, int.Parse(number, CultureInfo.InvariantCulture), Deadline, cancellation) is null)
        {
            findings.Add(new DoctorFinding(
                "guest", name, DoctorVerdict.Warning, $"its configuration is on {holder}, which does not tell this node whether it runs there: a planned move of it to this node would be refused",
                $"See why it says nothing: pvesh get {GuestHome.PathOf(holder, kind, int.Parse(number, CultureInfo.InvariantCulture))}"));
        }

        return findings;
    }

    private static DoctorFinding Started(GuestConfig config, string tool, string name, string number, string id, Outcome<HashSet<string>> managed) =>
        config.StartsAtBoot
            ? new DoctorFinding(
                "boot", name, DoctorVerdict.Failed,
                "Proxmox starts it at boot, before the agent knows which node has the service; two nodes could write", $"{tool} set {number} --onboot 0")
            : !managed.IsOk ? DoctorFinding.Skipped("boot", $"{name}: not started at boot; whether the HA manager of Proxmox starts it is not known: {managed.Fault.Why}")
            : managed.Value.Contains(id)
                ? new DoctorFinding("boot", name, DoctorVerdict.Failed, "the HA manager of Proxmox starts it where it likes; two nodes could write", $"ha-manager remove {id}")
                : DoctorFinding.Ok("boot", name, "only the agent starts it");

    private static DoctorFinding Missing(GuestPlace place, string tool, string name, string number)
    {
        var folder = $"{ProxmoxTree.Usual}/{(tool == "qm" ? "qemu-server" : "lxc")}";
        return place.Holders.Count > 1
            ? new DoctorFinding("guest", name, DoctorVerdict.Failed, $"{string.Join(" and ", place.Holders)} each have a configuration of it", "Find out which is right, and remove the other.")
            : place.Members.IsCluster
                ? new DoctorFinding("guest", name, DoctorVerdict.Failed, "no node of the cluster of Proxmox has a configuration of it: it cannot start anywhere", "Restore it, or take it out of the service.")
                : new DoctorFinding(
                    "guest", name, DoctorVerdict.Failed, "this node has no configuration of it and is in no cluster of Proxmox: it cannot start here",
                    $"Put {number}.conf of the node that has it into {folder}; each node needs its own.");
    }

    private IEnumerable<DoctorFinding> Startable(GuestConfig config, GuestPlace? place, string name, IReadOnlySet<string> shared)
    {
        if (place is { Members.IsCluster: true } && self is not null && place.Members.Self != self)
        {
            yield return new DoctorFinding(
                "guest", name, DoctorVerdict.Failed, $"Proxmox calls this node {place.Members.Self}, the agents call it {self}: no configuration of a guest is brought here from another node",
                "Name the nodes as Proxmox does; nodeagent.yaml(5), node.");
        }

        if (config.BoundTo(shared) is { Count: > 0 } bound)
        {
            yield return new DoctorFinding(
                "guest", name, DoctorVerdict.Warning, $"it may not start on another node, for it uses what only one has: {string.Join(", ", bound)}",
                "Take it out of the guest, use a mapping of Proxmox, or see that each node of the service has it under this name.");
        }
    }

    // It hangs as pmxcfs does.
    private async Task<(GuestPlace? Place, IReadOnlySet<string> Shared)> TreeAsync(GuestKind kind, string number, CancellationToken cancellation)
    {
        try
        {
            return await Task.Run(
                () => (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? Tree.Find(kind, value) : null, Tree.SharedStorages()),
                cancellation).WaitAsync(Deadline, time, cancellation);
        }
        catch (TimeoutException)
        {
            return (null, new HashSet<string>());
        }
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
