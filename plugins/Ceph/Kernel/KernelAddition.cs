using System.Text.Json.Nodes;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Plugins.CephBackend.Kernel;

/// <summary>Mapping one volume: by a client of its own, whose map shuts out everybody who was shut out before.</summary>
internal sealed class KernelAddition(KernelParts parts, UnitId unit, string what)
{
    private const int MostMaps = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly UnitGate gate = parts.Gate;

    /// <summary>Maps a volume of a unit that this process holds, and tells the index. Mapped already: done.</summary>
    public async Task<Outcome> RunAsync(UnitTurn turn, string volume, CancellationToken cancellation)
    {
        var seen = await turn.StepAsync(what, (c, e) => Look(c, e, volume), cancellation);
        if (!seen.IsOk || seen.Value is not { } epoch)
        {
            return seen.WithoutValue();
        }

        var mapped = await MapAsync(parts.KnownFsid!, volume, epoch, cancellation);
        if (!mapped.IsOk)
        {
            return mapped.Fault;
        }

        var told = await turn.StepAsync(what, (_, e) => Enlist(e, mapped.Value), cancellation);
        if (!told.IsOk)
        {
            await GiveBackAsync([mapped.Value], cancellation);
        }

        return told.WithoutValue();
    }

    /// <summary>Maps a volume. Nothing is told.</summary>
    /// <param name="fsid">The cluster.</param>
    /// <param name="volume">The volume.</param>
    /// <param name="least">
    /// The number of a map. A client of the kernel begins with the map of the monitor that it asks, and that one may lag. With
    /// an older map it could read from a disk that still takes the old writer's writes.
    /// </param>
    /// <param name="cancellation">Between tries.</param>
    public async Task<Outcome<KernelDevice>> MapAsync(string fsid, string volume, long least, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            var mapped = await parts.Tool.MapAsync(fsid, unit.Name, volume, what, cancellation);
            if (!mapped.IsOk)
            {
                return mapped;
            }

            var epoch = parts.Map.Epoch(mapped.Value);
            if (epoch >= least)
            {
                return mapped;
            }

            await GiveBackAsync([mapped.Value], cancellation);
            if (epoch is null || tries >= MostMaps)
            {
                return new Fault(
                    epoch is null ? FaultCode.Unsupported : FaultCode.ControlPlaneUnavailable, what,
                    epoch is null ? "the kernel does not tell which map of the cluster its client has" : $"the kernel's client has map {epoch}, and map {least} shuts the old writer out",
                    epoch is null ? "Mount debugfs: systemctl start sys-kernel-debug.mount." : "Look at the monitors: ceph -s.", Retry.Later);
            }

            await Task.Delay(Pause, gate.Context.Time, cancellation);
        }
    }

    /// <summary>The newest map's number: asked of monitors that agree, after the entries of who is shut out were made.</summary>
    public Outcome<long> MapEpoch(Connection connection)
    {
        var told = connection.Command(new JsonObject { ["prefix"] = "osd stat" }, what);
        return !told.IsOk ? told.Fault
            : told.Value?["epoch"]?.GetValue<long>() is { } epoch ? epoch
            : new Fault(FaultCode.Unparseable, what, "the cluster does not tell the number of its map", "See which Ceph runs: ceph versions.", Retry.Never);
    }

    /// <summary>Why the kernel is not to open a volume; null if it may.</summary>
    public Fault? Unfit(Connection connection, string volume)
    {
        var name = Keys.Image(unit.Name, volume);
        var image = ImageCalls.Open(connection.Io, name, null, write: false, what);
        if (!image.IsOk)
        {
            return image.Fault;
        }

        using (image.Value)
        {
            var hasLock = ImageCalls.HasLock(image.Value, what);
            return hasLock.IsOk && hasLock.Value
                ? new Fault(
                    FaultCode.PreconditionFailed, what, $"{name} was made for 'open: library': it has a lock that clients pass among each other",
                    $"Take it away: rbd feature disable {gate.Options.Pool}/{name} fast-diff object-map exclusive-lock.", Retry.AfterFix)
                : hasLock.Fault;
        }
    }

    /// <summary>Unmaps what was not handed out, so nothing uses it; what stays all the same is found by the upkeep.</summary>
    public async Task GiveBackAsync(IReadOnlyList<KernelDevice> devices, CancellationToken cancellation)
    {
        foreach (var device in devices)
        {
            var gone = await parts.Tool.UnmapAsync(device, isShutOut: false, what, cancellation);
            if (!gone.IsOk)
            {
                gate.Context.Log.Write(Severity.Warning, gone.Fault!.ToString());
            }
        }
    }

    // Null: it is mapped already.
    private Outcome<long?> Look(Connection connection, UnitEntries entries, string volume)
    {
        var seen = parts.See(connection, entries, unit.Name, what, isNow: false);
        return !seen.IsOk ? seen.Fault
            : !seen.Value.Missing.Contains(volume, StringComparer.Ordinal) ? new Outcome<long?>((long?)null)
            : Unfit(connection, volume) is { } unfit ? unfit
            : MapEpoch(connection).Map<long?>(epoch => epoch);
    }

    // What the index says is what this process was told to open: nobody was promoted since.
    private Outcome<bool> Enlist(UnitEntries entries, KernelDevice device)
    {
        if (gate.Held.GetValueOrDefault(unit.Name) is not { IsOpen: true } held || entries.Unit is not { Record.IsOpen: true } stored
            || stored.Record.Holder != gate.Context.Node.Value || stored.Record.Epoch != held.Epoch)
        {
            return new Fault(FaultCode.NotWriter, what, $"this process does not hold {unit} any more", "Promote the unit here first.", Retry.AfterFix);
        }

        var key = Keys.Unit(unit.Name);
        var next = stored.Record with { Clients = [.. stored.Record.Clients, device.Address], Home = gate.Home };
        var told = gate.Index.Change(held.Connection.Io, [new IndexEntry(key, stored.Bytes)], [new IndexEntry(key, UnitIndex.Bytes(next))], what);
        if (!told.IsOk)
        {
            return told.Fault;
        }

        var attached = held.Attach(device.Volume, what);
        return attached.IsOk ? true : attached.Fault!;
    }
}
