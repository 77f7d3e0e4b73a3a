using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Failover.Services;

/// <summary>Closes a unit that this node has, with everything it holds sent to the copies.</summary>
/// <param name="world">What there is here.</param>
/// <param name="cycles">Cycles of replication.</param>
/// <param name="hold">Keeps cycles from beginning.</param>
/// <param name="hangs">Why the storage of a unit is given up, if it is.</param>
/// <param name="time">The clocks.</param>
internal sealed class UnitClosing(
    UnitWorld world, Func<ReplicatedBackend, UnitCycle> cycles, Func<UnitId, CancellationToken, Task<IDisposable>> hold,
    Func<UnitId, string?> hangs, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);
    private const int MostRounds = 4;
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(15);

    /// <summary>Brings the copy of a node up to date while the unit can be written.</summary>
    public async Task<Outcome> PrepareAsync(UnitId unit, NodeId target, CancellationToken cancellation)
    {
        if (world.Synchronous(unit.Backend) is { } synchronous)
        {
            return await synchronous.HoldsAllAsync(unit, target, cancellation);
        }

        using var held = await hold(unit, cancellation);
        var sent = await SendAsync(unit, target, cancellation);
        return sent.WithoutValue();
    }

    /// <summary>
    /// Closes the unit; says what the copy here ends with. With a target: a fault if that does not hold all of it, and the
    /// unit may be closed or open then. Without: copies get what can be sent in good time, and closing does not depend on it.
    /// </summary>
    public async Task<Outcome<Offer>> CloseAsync(UnitId unit, Epoch epoch, NodeId? target, CancellationToken cancellation)
    {
        // In quarantine nothing can be sent, but the unit can be closed.
        if (world.There().GetValueOrDefault(unit.Backend) is not { } storage || storage.Ability<IRoles>() is not { } roles)
        {
            return UnitFaults.NoBackend(unit.Backend.Value, world.Backends().Keys);
        }

        if (SynchronousBackend.From(storage) is { } synchronous)
        {
            return await CloseAsync(synchronous, unit, epoch, target, cancellation);
        }

        var idle = await UnlessGivenUpAsync(unit, async token => Outcome.Ok(await hold(unit, token)), cancellation);
        using var held = idle.IsOk ? idle.Value : null;
        for (var round = 1; ; round++)
        {
            var sent = idle.IsOk ? await UnlessGivenUpAsync(unit, token => FarewellAsync(unit, target, token), cancellation) : idle.Fault;
            if (target is not null && !sent.IsOk)
            {
                return sent.Fault;
            }

            var closed = await roles.DemoteAsync(unit, null, CancellationToken.None);
            if (!closed.IsOk)
            {
                return closed.Fault;
            }

            var isAll = sent.IsOk && await IsAllAsync(unit, sent.Value, cancellation);
            if (isAll || target is null)
            {
                return isAll && SnapshotName.Parse(sent.Value) is { } name ? new Offer(name.Epoch, name.Number, TimeSpan.Zero)
                    : closed.Value.Epoch < epoch ? await UnopenedAsync(unit, epoch, cancellation)
                    : Offer.Head(epoch);
            }

            // Somebody wrote after the snapshot: open again, and send that too.
            var opened = round < MostRounds ? await ReopenAsync(unit, roles) : StillWritten(unit, target.Value);
            if (!opened.IsOk)
            {
                return opened.Fault;
            }
        }
    }

    // The storage has not seen the epoch, so nothing was written in it: what was let go of is the copy that was here before. Called
    // a head, it would be more than any other copy holds, and nobody could come next.
    private async Task<Offer> UnopenedAsync(UnitId unit, Epoch epoch, CancellationToken cancellation)
    {
        var whole = await UnlessGivenUpAsync(unit, token => WholeAsync(unit, token), cancellation);
        return whole is { IsOk: true, Value: { } name } ? new Offer(name.Epoch, name.Number, TimeSpan.Zero) : Offer.Head(epoch);
    }

    /// <summary>The newest whole snapshot here; null if there is none, or the storage may hold more.</summary>
    private async Task<Outcome<SnapshotName?>> WholeAsync(UnitId unit, CancellationToken cancellation)
    {
        if (world.Replicated(unit.Backend) is not { } backend)
        {
            return Outcome.Ok<SnapshotName?>(null);
        }

        var listed = await backend.Snapshots.ListAsync(unit, cancellation);
        var history = listed.IsOk ? await backend.Streams.ReadHistoryAsync(unit, cancellation) : listed.Fault;
        if (!history.IsOk)
        {
            return history.Fault;
        }

        var names = listed.Value!.Select(snapshot => snapshot.Id.Name).ToHashSet(StringComparer.Ordinal);
        var isAll = history.Value.Volumes.All(volume => volume.HeadChanged == Answer.No);
        return Outcome.Ok(isAll && CopyLoss.NewestComplete(history.Value, names) is { } whole ? SnapshotName.Parse(whole.Name) : null);
    }

    // The storage has sent everything already. Closing may show that a copy has not got all of it.
    private static async Task<Outcome<Offer>> CloseAsync(
        SynchronousBackend backend, UnitId unit, Epoch epoch, NodeId? target, CancellationToken cancellation)
    {
        var before = target is { } wanted ? await backend.HoldsAllAsync(unit, wanted, cancellation) : Outcome.Done;
        if (!before.IsOk)
        {
            return before.Fault;
        }

        var closed = await backend.Roles.DemoteAsync(unit, null, CancellationToken.None);
        if (!closed.IsOk)
        {
            return closed.Fault;
        }

        var after = target is { } node ? await backend.HoldsAllAsync(unit, node, CancellationToken.None) : Outcome.Done;
        return after.IsOk ? Offer.InSync(epoch) : after.Fault;
    }

    // What waits for storage that answers nothing ends with the plugin's deadlines, which are long. Closing it may fail, and then
    // the node is reset: that must not take minutes more.
    private async Task<Outcome<T>> UnlessGivenUpAsync<T>(UnitId unit, Func<CancellationToken, Task<Outcome<T>>> work, CancellationToken cancellation)
    {
        if (hangs(unit) is { } known)
        {
            return GivenUp(unit, known);
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var done = work(ending.Token);
        string? hang = null;
        while (!done.IsCompleted && hang is null)
        {
            using var pause = new CancellationTokenSource();
            await Task.WhenAny(done, Task.Delay(LookEvery, time, pause.Token));
            await pause.CancelAsync();
            hang = done.IsCompleted ? null : hangs(unit);
        }

        try
        {
            await (hang is null ? Task.CompletedTask : ending.CancelAsync());
            return await done;
        }
        catch (OperationCanceledException) when (hang is not null && !cancellation.IsCancellationRequested)
        {
            return GivenUp(unit, hang);
        }
    }

    // A copy that does not answer must not keep a stopped service from being let go of.
    private async Task<Outcome<string>> FarewellAsync(UnitId unit, NodeId? target, CancellationToken cancellation)
    {
        if (target is not null)
        {
            return await SendAsync(unit, target, cancellation);
        }

        using var late = new CancellationTokenSource(FarewellLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            return await SendAsync(unit, null, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Fault(FaultCode.TimedOut, $"cannot send unit {unit}", "its copies did not take it in time", "Wait.", Retry.Later);
        }
    }

    /// <summary>A snapshot, and the target brought to it, and all copies that take it in good time; its name.</summary>
    private async Task<Outcome<string>> SendAsync(UnitId unit, NodeId? target, CancellationToken cancellation)
    {
        if (world.Replicated(unit.Backend) is not { } backend || world.Registry.Find(unit) is not { } record)
        {
            return target is null ? Unsent(unit, "it is not kept in copies") : UnitFaults.Unknown(unit.ToString());
        }

        var grant = world.Tenures.Grant(record, world.Self);
        if (!grant.IsOk)
        {
            return grant.Fault;
        }

        var cycle = await new TargetCycle(cycles(backend), time).RunAsync(record, grant.Value, target, cancellation);
        if (!cycle.IsOk)
        {
            return cycle.Fault;
        }

        if (target is { } node)
        {
            return !cycle.Value.Copies.TryGetValue(node, out var copy) ? Unsent(unit, $"{node} keeps no copy of it")
                : !copy.IsOk ? copy.Fault
                : copy.Value.Complete is { } whole ? whole
                : ReplicationFaults.NoEnd(unit, node);
        }

        var listed = await backend.Snapshots.ListAsync(unit, cancellation);
        return !listed.IsOk ? listed.Fault : listed.Value is [.., var newest] ? newest.Id.Name : Unsent(unit, "no snapshot was made");
    }

    private async Task<bool> IsAllAsync(UnitId unit, string snapshot, CancellationToken cancellation)
    {
        if (world.Replicated(unit.Backend) is not { } backend)
        {
            return false;
        }

        var history = await backend.Streams.ReadHistoryAsync(unit, cancellation);
        return history.IsOk && history.Value.Volumes.All(volume =>
            volume.HeadChanged == Answer.No && volume.Points.LastOrDefault(point => !point.IsBookmark)?.Name == snapshot);
    }

    private async Task<Outcome> ReopenAsync(UnitId unit, IRoles roles)
    {
        var grant = world.Tenures.Grant(world.Registry.Find(unit)!, world.Self);
        return grant.IsOk ? (await roles.PromoteAsync(grant.Value, null, CancellationToken.None)).WithoutValue() : grant.Fault;
    }

    private static Fault GivenUp(UnitId unit, string hang) => new(
        FaultCode.DataPathUnavailable, $"cannot send unit {unit}", $"its storage is given up: {hang}", "Look at 'nodeagent status'.", Retry.AfterFix);

    private static Fault Unsent(UnitId unit, string why) =>
        new(FaultCode.PreconditionFailed, $"cannot send unit {unit}", why, "Look at 'nodeagent status'.", Retry.AfterLook);

    private static Outcome StillWritten(UnitId unit, NodeId target) => new Fault(
        FaultCode.Busy, $"cannot pass unit {unit} on", $"after {MostRounds} rounds there were still writes that {target} did not have",
        "Stop what writes beside the service.", Retry.AfterFix);
}
