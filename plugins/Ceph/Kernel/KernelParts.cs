using System.Text.Json.Nodes;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Plugins.CephBackend.Kernel;

/// <summary>What all abilities stand on where the kernel opens volumes.</summary>
internal sealed class KernelParts
{
    private string? fsid;

    public KernelParts(BackendContext context, CephOptions options, KernelPlaces places)
    {
        Map = new KernelMap(places, options.Pool);
        Tool = new KernelTool(context, options, Map, places);
        Gate = new UnitGate(context, options) { PathOf = PathOf };
    }

    public UnitGate Gate { get; }

    public KernelMap Map { get; }

    public KernelTool Tool { get; }

    /// <summary>
    /// Why nothing is opened by the kernel; null if it is. To be taken away once the lab has seen a service fail over on such a
    /// device (tests/Lab, ceph-service).
    /// </summary>
    public Fault? Untried(string what) => Gate.Options.IsTrial ? null : new Fault(
        FaultCode.Unsupported, what, "volumes as kernel devices (open: kernel) were not tried to the end: no service has failed over on one yet",
        "See plugins/Ceph/README.md; 'open: kernel-trial' does it, for data that you can lose.", Retry.Never);

    /// <summary>This cluster's identity; null until it was asked.</summary>
    public string? KnownFsid => fsid;

    /// <summary>This cluster's identity: devices of others are not touched. Blocks until it is known.</summary>
    public Outcome<string> Fsid(Connection connection, string what)
    {
        if (fsid is { } known)
        {
            return known;
        }

        var told = connection.Command(new JsonObject { ["prefix"] = "fsid" }, what);
        return !told.IsOk ? told.Fault
            : told.Value?["fsid"]?.GetValue<string>() is { Length: > 0 } text ? fsid = text
            : new Fault(FaultCode.Unparseable, what, "the cluster does not tell its fsid", "See which Ceph runs: ceph versions.", Retry.Never);
    }

    /// <summary>The devices of one unit.</summary>
    public Outcome<IReadOnlyList<KernelDevice>> Devices(string cluster, string unit, string what) =>
        Map.List(cluster, what).Map<IReadOnlyList<KernelDevice>>(all => [.. all.Where(device => device.Unit == unit)]);

    /// <summary>Devices that are this node's by the index: it has the unit open, and they are told there.</summary>
    public IReadOnlyList<KernelDevice> Current(UnitEntries entries, IEnumerable<KernelDevice> devices) =>
        entries.Unit?.Record is { IsOpen: true } record && record.Holder == Gate.Context.Node.Value
            ? [.. devices.Where(device => record.Clients.Contains(device.Address, StringComparer.Ordinal))]
            : [];

    /// <summary>True if every volume of the unit is open here, as the index has it.</summary>
    public bool IsWhole(UnitEntries entries, IEnumerable<KernelDevice> devices) =>
        Current(entries, devices).Select(device => device.Volume).ToHashSet(StringComparer.Ordinal) is var open && open.Count > 0 && entries.Made.All(open.Contains);

    private string? PathOf(VolumeId volume) =>
        fsid is { } cluster && Devices(cluster, volume.Unit.Name, "cannot look").Value?.FirstOrDefault(device => device.Volume == volume.Name) is { } device
            ? Map.PathOf(device) : null;
}
