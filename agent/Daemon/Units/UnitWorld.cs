using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Replication;

namespace NodeAgent.Daemon.Units;

/// <summary>What orders about units need to know: this node, its backends, records, peers and defaults.</summary>
/// <param name="Self">This node.</param>
/// <param name="Registry">The unit records.</param>
/// <param name="Journal">The journal.</param>
/// <param name="Copies">The nodes that keep copies.</param>
/// <param name="Backends">The backends that are ready, by name.</param>
/// <param name="Members">The other members of the cluster.</param>
/// <param name="Defaults">What a unit gets that says nothing else.</param>
/// <param name="Changed">Told that a unit changed.</param>
public sealed record UnitWorld(
    NodeId Self,
    UnitRegistry Registry,
    IOperationJournal Journal,
    ICopyDirectory Copies,
    Func<IReadOnlyDictionary<BackendId, IBackend>> Backends,
    Func<IReadOnlyList<NodeId>> Members,
    Func<UnitDefaults> Defaults,
    Action<UnitId> Changed)
{
    /// <summary>Finds units by what an operator calls them.</summary>
    public UnitFinder Finder { get; } = new(Self, Registry);

    /// <summary>Those, and the ones in quarantine: only roles are read there, units demoted, and storage looked after.</summary>
    public Func<IReadOnlyDictionary<BackendId, IBackend>> There { get; init; } = Backends;

    /// <summary>Which units of services this node has now.</summary>
    public Tenures Tenures { get; init; } = Tenures.None;

    /// <summary>Whether this node is in a cluster: who has lost that knows nothing of other members either.</summary>
    public Func<bool> IsInCluster { get; init; } = () => true;

    /// <summary>A word that no unit was ever given: the life of a unit that is made.</summary>
    public Func<string> NewLife { get; init; } = () => Guid.NewGuid().ToString("N");

    /// <summary>The volumes of a backend; null if it has none or is not ready.</summary>
    public IVolumes? Volumes(BackendId id) => Backends().GetValueOrDefault(id)?.Ability<IVolumes>();

    /// <summary>A backend whose copies the host keeps; null if it is not one or not ready.</summary>
    public ReplicatedBackend? Replicated(BackendId id) =>
        Backends().GetValueOrDefault(id) is { } backend ? ReplicatedBackend.From(id, backend) : null;

    /// <summary>A backend whose storage keeps the copies itself; null if it is not one or not ready.</summary>
    public SynchronousBackend? Synchronous(BackendId id) =>
        Backends().GetValueOrDefault(id) is { } backend ? SynchronousBackend.From(backend) : null;

    /// <summary>
    /// Why an order about a volume has to wait: an earlier one of the other kind is still open, and going on with it
    /// later would undo this one.
    /// </summary>
    public Fault? Unfinished(VolumeId volume, string kind) =>
        Journal.Open().FirstOrDefault(known => known.Kind == kind && known.Subject == volume.ToString()) is { } earlier
            ? UnitFaults.Unfinished(volume, earlier)
            : null;

    /// <summary>A unit that this node writes, with its grant and backend.</summary>
    public Outcome<OwnUnit> FindOwn(string text)
    {
        var record = Finder.FindOwn(text);
        if (!record.IsOk)
        {
            return record.Fault;
        }

        var grant = Tenures.Grant(record.Value, Self);
        return !grant.IsOk ? grant.Fault
            : Replicated(record.Value.Unit.Backend) is { } backend ? new OwnUnit(record.Value, grant.Value, backend)
            : Backends().ContainsKey(record.Value.Unit.Backend) ? UnitFaults.WithoutStreams(record.Value.Unit)
            : UnitFaults.NoBackend(record.Value.Unit.Backend.Value, Backends().Keys);
    }

    /// <summary>Everything that can be said about an order without looking at storage or peers.</summary>
    public Outcome<VolumeSpec> Check(VolumeOrder order)
    {
        foreach (var (kind, name) in new[] { ("unit", order.Unit), ("volume", order.Volume) })
        {
            if (!Names.IsValid(name))
            {
                return Names.Invalid(kind, name);
            }
        }

        var ready = Backends();
        var chosen = order.Backend is { } asked ? new BackendId(asked) : ready.Count == 1 ? ready.Keys.Single() : (BackendId?)null;
        if (chosen is not { } id || !ready.TryGetValue(id, out var backend) || backend.Ability<IVolumes>() is null)
        {
            return UnitFaults.NoBackend(order.Backend, ready.Keys);
        }

        if (order.IntervalSeconds is { } seconds && !(seconds >= CycleTiming.ShortestInterval.TotalSeconds && seconds <= 86_400))
        {
            return UnitFaults.Interval(seconds);
        }

        var members = Members();
        if (order.Copies?.FirstOrDefault(node => !members.Contains(new NodeId(node))) is { } stranger)
        {
            return UnitFaults.NotMember(stranger, members);
        }

        if (order.Copies is { Count: > 0 } && Replicated(id) is null)
        {
            return UnitFaults.CannotReplicate(id);
        }

        var able = backend.Describe().Capabilities;
        var kindOf = order.Kind ?? (able.HasFlag(Capabilities.FilesystemVolumes) && order.Bytes == 0 ? VolumeKind.Filesystem : VolumeKind.Block);
        return new VolumeSpec(new VolumeId(new UnitId(id, order.Unit), order.Volume), kindOf, order.Bytes)
        {
            Profile = order.Profile,
            Properties = order.Properties,
        };
    }

    /// <summary>Whether no peer that answers knows a unit of that name. A peer that is silent is found out by the first cycle.</summary>
    public async Task<Outcome> CheckFreeAsync(UnitId unit, VolumeOrder order, CancellationToken cancellation)
    {
        foreach (var peer in (order.Copies ?? []).Select(node => new NodeId(node)))
        {
            var host = Copies.Find(peer);
            var known = host.IsOk ? await host.Value.FindAsync(unit, cancellation) : host.Fault;
            if (known.IsOk && known.Value.Record is { } record)
            {
                return UnitFaults.KnownElsewhere(unit, peer, record);
            }
        }

        return Outcome.Done;
    }

    /// <summary>The record of a unit that is made here. One of that name may have been in a service that is no more: it begins after that.</summary>
    public UnitRecord FirstRecord(UnitId unit) => FirstRecord(unit, new Epoch(1 + (Tenures.Stored(unit) is { Service: null } before ? before.Since.Value : 0)));

    /// <summary>The record of a unit that this node writes and knew nothing of.</summary>
    public UnitRecord FirstRecord(UnitId unit, Epoch epoch) =>
        new(unit, Self, epoch, 1, [], Defaults().Interval, Defaults().KeepSource, Defaults().KeepCopies, IsPaused: false) { Life = NewLife() };

    /// <summary>The record that an order leads to.</summary>
    public UnitRecord RecordFor(VolumeOrder order, VolumeSpec spec, UnitRecord? known)
    {
        var copies = order.Copies is null ? known?.Copies ?? [] : [.. order.Copies.Distinct(StringComparer.Ordinal).Select(node => new NodeId(node))];
        var interval = order.IntervalSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : known?.Interval ?? Defaults().Interval;
        var record = known ?? FirstRecord(spec.Id.Unit) with { Copies = copies, Interval = interval };
        var wanted = record with { Copies = copies, Interval = interval };
        return wanted.Equals(record) ? record : wanted with { Revision = record.Revision + 1 };
    }
}
