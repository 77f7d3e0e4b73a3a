using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Replication;

namespace NodeAgent.Daemon.Units.Adoptions;

/// <summary>
/// Takes a unit up again whose record was lost with this node's state folder, while its storage is still here. The record
/// is the only thing that is written, as a whole: killed after it, the agent opens the unit at its next start. A unit of a
/// service that nobody has is only noted: then this node offers what it has, and the service is placed by that.
/// </summary>
public sealed class AdoptionOrders(UnitWorld world, OperationRunner runner)
{
    /// <summary>What would be done, or what stands in the way. Changes nothing here.</summary>
    public async Task<Outcome<AdoptionReport>> PlanAsync(string text, CancellationToken cancellation) =>
        (await DecideAsync(text, cancellation)).Map(verdict => Report(verdict, isDone: false));

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

        var record = decided.Value.Record;
        var stored = world.Registry.Store(record);
        if (!stored.IsOk)
        {
            return stored.Fault;
        }

        if (decided.Value.Waiting is not null)
        {
            // Whoever gets the service opens it.
            world.Changed(record.Unit);
            return Report(decided.Value, isDone: true);
        }

        var grant = world.Tenures.Grant(record, world.Self);
        if (!grant.IsOk)
        {
            return grant.Fault;
        }

        var opened = await world.Replicated(record.Unit.Backend)!.Roles.PromoteAsync(grant.Value, null, cancellation);
        world.Changed(record.Unit);
        return opened.IsOk ? Report(decided.Value, isDone: true) : opened.Fault;
    }

    private async Task<Outcome<Verdict>> DecideAsync(string text, CancellationToken cancellation)
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

        var waiting = world.Tenures.ServiceOf(unit) is { } name && !world.Tenures.IsHeld(name) ? world.Tenures.Unheld(name) : null;
        var answers = await AskAsync(unit, cancellation);
        if (answers.Select(entry => Later(entry.Key, role.Value, entry.Value, waiting is not null)).FirstOrDefault(fault => fault is not null) is { } later)
        {
            return later;
        }

        var known = answers.ToDictionary(entry => entry.Key, entry => entry.Value.Map(word => word.Record));
        return waiting is null ? await DecideAsync(role.Value, backend, known, cancellation) : await DecideAsync(role.Value, backend, waiting, known, cancellation);
    }

    private async Task<Outcome<Verdict>> DecideAsync(
        RoleReport role, ReplicatedBackend backend, Dictionary<NodeId, Outcome<UnitRecord?>> known, CancellationToken cancellation)
    {
        var decided = UnitAdoption.Decide(world.Self, role, known, epoch => world.FirstRecord(role.Unit, epoch));
        var grant = decided.IsOk ? world.Tenures.Grant(decided.Value, world.Self) : decided.Fault;
        if (!grant.IsOk)
        {
            return grant.Fault;
        }

        // The peers know this record already: being told it again changes nothing there.
        var newer = await NewerAsync(decided.Value.Copies.Select(peer => (peer, decided.Value with { Revision = decided.Value.Revision - 1 })), role.Unit, backend, cancellation);
        return newer is null ? new Verdict(decided.Value, null) : newer;
    }

    private async Task<Outcome<Verdict>> DecideAsync(
        RoleReport role, ReplicatedBackend backend, ServiceRecord waiting, Dictionary<NodeId, Outcome<UnitRecord?>> known, CancellationToken cancellation)
    {
        var decided = UnitAdoption.DecideUnheld(world.Self, role, waiting, known, epoch => world.FirstRecord(role.Unit, epoch));
        if (!decided.IsOk)
        {
            return decided.Fault;
        }

        // What a peer kept of an older writer was passed over when the store gave the unit to this node.
        var told = from answer in known
                   let record = answer.Value.Value
                   where record is not null && record.Writer == world.Self && record.Epoch == role.Epoch && decided.Value.Copies.Contains(answer.Key)
                   select (answer.Key, record);
        var newer = await NewerAsync(told, role.Unit, backend, cancellation);
        return newer is null ? new Verdict(decided.Value, waiting.Policy.Name) : newer;
    }

    /// <summary>Why a copy forbids it, or cannot be compared; null if none does.</summary>
    private async Task<Fault?> NewerAsync(
        IEnumerable<(NodeId Peer, UnitRecord Told)> copies, UnitId unit, ReplicatedBackend backend, CancellationToken cancellation)
    {
        var here = await backend.Streams.ReadHistoryAsync(unit, cancellation);
        if (!here.IsOk)
        {
            return here.Fault;
        }

        foreach (var (peer, told) in copies)
        {
            var host = world.Copies.Find(peer);
            var report = host.IsOk ? await host.Value.PrepareAsync(told, cancellation) : host.Fault;
            if (!report.IsOk)
            {
                return AdoptionFaults.CopyUnseen(unit, peer, report.Fault);
            }

            if (UnitAdoption.Newer(unit, peer, here.Value, report.Value.History) is { } newer)
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

    private static Fault? Later(NodeId peer, RoleReport here, Outcome<KnownUnit> known, bool mayBeClosed) =>
        known is { IsOk: true, Value: { Record: null, Storage: { } there } } && (here.Role == Role.Writer || (mayBeClosed && here.Role == Role.Reader)) ? UnitAdoption.Later(peer, here, there) : null;

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

    private AdoptionReport Report(Verdict verdict, bool isDone)
    {
        var record = verdict.Record;
        var copies = record.Copies.Select(node => node.Value).ToList();
        return new AdoptionReport(record.Unit, record.Epoch, copies,
        [
            .. verdict.Waiting is { } service
                ? (string[])[
                    $"{world.Self} notes that it wrote {record.Unit} last, up to epoch {record.Epoch}",
                    $"nothing is opened: {world.Self} offers what it has, and service {service} is placed as usual; 'nodeagent explain {service}' says where"]
                : [
                    $"{world.Self} notes that it writes {record.Unit}, in epoch {record.Epoch} as before",
                    "the storage is opened for writing, as it was"],
            copies.Count == 0
                ? $"no member keeps a copy: 'nodeagent replication set {record.Unit.Name} --replicate-to NODE' makes one"
                : $"{string.Join(", ", copies)} get increments from where they are, every {record.Interval.TotalSeconds:0} s",
        ], isDone);
    }

    /// <summary>What is to be noted.</summary>
    /// <param name="Record">The record.</param>
    /// <param name="Waiting">The service that nobody has; null: the unit is opened at once.</param>
    private sealed record Verdict(UnitRecord Record, string? Waiting);
}
