using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Replication;

namespace NodeAgent.Daemon.Units.Adoptions;

/// <summary>
/// Takes a unit up again whose record was lost with this node's state folder, while its storage is still here. The record
/// is the only thing that is written, as a whole: killed after it, the agent opens the unit at its next start.
/// </summary>
public sealed class AdoptionOrders(UnitWorld world, OperationRunner runner)
{
    /// <summary>What would be done, or what stands in the way. Changes nothing here.</summary>
    public async Task<Outcome<AdoptionReport>> PlanAsync(string text, CancellationToken cancellation) =>
        (await DecideAsync(text, cancellation)).Map(record => Report(record, isDone: false));

    /// <summary>Adopts the unit, after looking at everything again.</summary>
    public async Task<Outcome<AdoptionReport>> AdoptAsync(string text, CancellationToken cancellation)
    {
        var found = await FindAsync(text, cancellation);
        return !found.IsOk ? found.Fault
            : await runner.AloneAsync($"take-up/{found.Value}", () => AdoptAloneAsync(found.Value.ToString(), cancellation), cancellation);
    }

    private async Task<Outcome<AdoptionReport>> AdoptAloneAsync(string text, CancellationToken cancellation)
    {
        var decided = await DecideAsync(text, cancellation);
        if (!decided.IsOk)
        {
            return decided.Fault;
        }

        var stored = world.Registry.Store(decided.Value);
        var grant = world.Tenures.Grant(decided.Value, world.Self);
        if (!stored.IsOk || !grant.IsOk)
        {
            return stored.Fault ?? grant.Fault!;
        }

        var opened = await world.Replicated(decided.Value.Unit.Backend)!.Roles.PromoteAsync(grant.Value, null, cancellation);
        world.Changed(decided.Value.Unit);
        return opened.IsOk ? Report(decided.Value, isDone: true) : opened.Fault;
    }

    private async Task<Outcome<UnitRecord>> DecideAsync(string text, CancellationToken cancellation)
    {
        var found = await FindAsync(text, cancellation);
        if (!found.IsOk)
        {
            return found.Fault;
        }

        var unit = found.Value;
        if (world.Registry.Find(unit) is { } mine)
        {
            return mine.Writer == world.Self ? AdoptionFaults.NotLost(mine) : UnitFaults.NotWriter(mine, world.Self);
        }

        if (!world.IsInCluster())
        {
            return AdoptionFaults.NotInCluster(unit);
        }

        if (world.Replicated(unit.Backend) is not { } backend)
        {
            return UnitFaults.CannotReplicate(unit.Backend);
        }

        var role = await backend.Roles.GetRoleAsync(unit, cancellation);
        if (!role.IsOk)
        {
            return role.Fault;
        }

        var known = await AskAsync(unit, cancellation);
        if (known.Select(entry => Later(entry.Key, role.Value, entry.Value)).FirstOrDefault(fault => fault is not null) is { } later)
        {
            return later;
        }

        var decided = UnitAdoption.Decide(
            world.Self, role.Value, known.ToDictionary(entry => entry.Key, entry => entry.Value.Map(word => word.Record)), epoch => New(unit, epoch));
        var grant = decided.IsOk ? world.Tenures.Grant(decided.Value, world.Self) : decided.Fault;
        if (!grant.IsOk)
        {
            return grant.Fault;
        }

        var newer = await NewerAsync(decided.Value, backend, cancellation);
        return newer is null ? decided : newer;
    }

    /// <summary>Why a copy forbids it, or cannot be compared; null if none does.</summary>
    private async Task<Fault?> NewerAsync(UnitRecord decided, ReplicatedBackend backend, CancellationToken cancellation)
    {
        var here = await backend.Streams.ReadHistoryAsync(decided.Unit, cancellation);
        if (!here.IsOk)
        {
            return here.Fault;
        }

        foreach (var peer in decided.Copies)
        {
            // The peer knows this record already: being told it again changes nothing there.
            var host = world.Copies.Find(peer);
            var report = host.IsOk ? await host.Value.PrepareAsync(decided with { Revision = decided.Revision - 1 }, cancellation) : host.Fault;
            if (!report.IsOk)
            {
                return AdoptionFaults.CopyUnseen(decided.Unit, peer, report.Fault);
            }

            if (UnitAdoption.Newer(decided.Unit, peer, here.Value, report.Value.History) is { } newer)
            {
                return newer;
            }
        }

        return null;
    }

    /// <summary>The unit by what is stored here: a lost record cannot be asked.</summary>
    private async Task<Outcome<UnitId>> FindAsync(string text, CancellationToken cancellation)
    {
        var found = new HashSet<UnitId>();
        foreach (var (id, backend) in world.Backends())
        {
            if (backend.Ability<IVolumes>() is not { } volumes)
            {
                continue;
            }

            var listed = await volumes.ListAsync(cancellation);
            if (!listed.IsOk)
            {
                return listed.Fault;
            }

            found.UnionWith(listed.Value.Select(volume => volume.Id.Unit).Where(unit => unit.Backend == id && (unit.Name == text || unit.ToString() == text)));
        }

        return found.Count switch
        {
            1 => found.Single(),
            0 => AdoptionFaults.NoStorage(text, world.Self),
            _ => UnitFaults.Ambiguous(text, found),
        };
    }

    private static Fault? Later(NodeId peer, RoleReport here, Outcome<KnownUnit> known) =>
        known is { IsOk: true, Value: { Record: null, Storage: { } there } } && here.Role == Role.Writer ? UnitAdoption.Later(peer, here, there) : null;

    private async Task<IReadOnlyDictionary<NodeId, Outcome<KnownUnit>>> AskAsync(UnitId unit, CancellationToken cancellation)
    {
        var answers = new Dictionary<NodeId, Outcome<KnownUnit>>();
        foreach (var peer in world.Members())
        {
            var host = world.Copies.Find(peer);
            var known = host.IsOk ? await host.Value.FindAsync(unit, cancellation) : host.Fault;
            answers[peer] = known is { IsOk: true, Value: { Record: null, IsLooked: false } } ? AdoptionFaults.StorageUntold(unit, peer) : known;
        }

        return answers;
    }

    private UnitRecord New(UnitId unit, Epoch epoch)
    {
        var defaults = world.Defaults();
        return new UnitRecord(unit, world.Self, epoch, 1, [], defaults.Interval, defaults.KeepSource, defaults.KeepCopies, IsPaused: false);
    }

    private AdoptionReport Report(UnitRecord record, bool isDone)
    {
        var copies = record.Copies.Select(node => node.Value).ToList();
        return new AdoptionReport(record.Unit, record.Epoch, copies,
        [
            $"{world.Self} notes that it writes {record.Unit}, in epoch {record.Epoch} as before",
            "the storage is opened for writing, as it was",
            copies.Count == 0
                ? $"no member keeps a copy: 'nodeagent replication set {record.Unit.Name} --replicate-to NODE' makes one"
                : $"{string.Join(", ", copies)} get increments from where they are, every {record.Interval.TotalSeconds:0} s",
        ], isDone);
    }
}
