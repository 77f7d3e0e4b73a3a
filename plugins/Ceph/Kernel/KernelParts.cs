using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Plugins.CephBackend.Kernel;

/// <summary>What all abilities stand on where the kernel opens volumes.</summary>
internal sealed class KernelParts
{
    private readonly ConcurrentDictionary<VolumeId, bool> deleting = new();
    private string? fsid;
    private IReadOnlySet<string>? shutOut;

    public KernelParts(BackendContext context, CephOptions options, KernelPlaces places)
    {
        Map = new KernelMap(places, options.Pool);
        Tool = new KernelTool(context, options, Map, places);
        Gate = new UnitGate(context, options) { PathOf = PathOf, Home = places.HomeOf(context.Node) };
    }

    public UnitGate Gate { get; }

    public KernelMap Map { get; }

    public KernelTool Tool { get; }

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

    /// <summary>True while this process deletes a volume: unmapped already, and still in the index.</summary>
    public bool IsBeingDeleted(VolumeId volume) => deleting.ContainsKey(volume);

    /// <summary>Does something during which a volume is being deleted. A native call that it leaves behind keeps the unit's turn by itself.</summary>
    public async Task<T> WhileDeletingAsync<T>(VolumeId volume, Func<Task<T>> work)
    {
        deleting[volume] = true;
        try
        {
            return await work();
        }
        finally
        {
            deleting.TryRemove(volume, out _);
        }
    }

    /// <summary>The devices of one unit.</summary>
    public Outcome<IReadOnlyList<KernelDevice>> Devices(string cluster, string unit, string what) =>
        Map.List(cluster, what).Map<IReadOnlyList<KernelDevice>>(all => [.. all.Where(device => device.Unit == unit)]);

    /// <summary>Asks who is shut out. Blocks; without a quorum until that is called off, and what was known before stays.</summary>
    public Outcome AskWhoIsShutOut(Connection connection, string what)
    {
        var listed = Blocklist.List(connection, what);
        shutOut = listed.IsOk ? listed.Value : shutOut;
        return listed.WithoutValue();
    }

    /// <summary>What the kernel has open of a unit.</summary>
    /// <param name="connection">Asked who is shut out, if this was never asked or is to be known as of now.</param>
    /// <param name="entries">The unit as the index has it.</param>
    /// <param name="unit">Its name.</param>
    /// <param name="what">What for.</param>
    /// <param name="isNow">False: who was shut out at the last look will do, and no monitor is waited for; an image whose name cannot be read is taken to have it.</param>
    public Outcome<KernelSight> See(Connection connection, UnitEntries entries, string unit, string what, bool isNow)
    {
        var cluster = Fsid(connection, what);
        var devices = cluster.IsOk ? Devices(cluster.Value, unit, what) : cluster.Fault;
        if (!devices.IsOk)
        {
            return devices.Fault;
        }

        var current = Current(entries, devices.Value);
        if (current.Count > 0 && (isNow || shutOut is null) && AskWhoIsShutOut(connection, what) is { IsOk: false } unknown)
        {
            return unknown.Fault!;
        }

        var exchanged = ExchangedImages.Find(connection.Io, unit, current.Select(device => KeyValuePair.Create(device.Volume, device.Image)), what);
        if (!exchanged.IsOk && isNow)
        {
            return exchanged.Fault;
        }

        return new KernelSight(
            devices.Value, current, [.. current.Where(device => shutOut!.Contains(device.Address))], exchanged.IsOk ? exchanged.Value : [],
            [.. entries.Made.Except(current.Select(device => device.Volume), StringComparer.Ordinal)]);
    }

    // Told in the index by this boot of this node. An older agent told no boot.
    private IReadOnlyList<KernelDevice> Current(UnitEntries entries, IEnumerable<KernelDevice> devices) =>
        entries.Unit?.Record is { IsOpen: true } record && record.Holder == Gate.Context.Node.Value && (record.Home is null || record.Home == Gate.Home)
            ? [.. devices.Where(device => record.Clients.Contains(device.Address, StringComparer.Ordinal))]
            : [];

    private string? PathOf(VolumeId volume) =>
        fsid is { } cluster && Devices(cluster, volume.Unit.Name, "cannot look").Value?.FirstOrDefault(device => device.Volume == volume.Name) is { } device
            ? Map.PathOf(device) : null;
}
