using System.Collections.Concurrent;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Calls;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Roles;

namespace NodeAgent.Plugins.CephBackend;

/// <summary>
/// What all abilities go through: names are checked, changes of one unit come one after the other, and every native call
/// is made on the lane with a deadline.
/// </summary>
internal sealed class UnitGate : IDisposable
{
    private static readonly TimeSpan ChangeDeadline = TimeSpan.FromSeconds(55);
    private static readonly TimeSpan LongDeadline = TimeSpan.FromMinutes(9);

    private readonly ConcurrentDictionary<string, SemaphoreSlim> turns = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, HeldUnit> held = new(StringComparer.Ordinal);
    private readonly CallLane lane;
    private readonly ClusterLink link;
    private int closed;

    public UnitGate(BackendContext context, CephOptions options)
    {
        Context = context;
        Options = options;
        lane = new CallLane(context.Time);
        link = new ClusterLink(lane, options, context.Time);
        Index = new UnitIndex(context.Id.Value);
    }

    public BackendContext Context { get; }

    public CephOptions Options { get; }

    public UnitIndex Index { get; }

    public CallLane Lane => lane;

    /// <summary>Where a volume of a unit that is held can be used on this node; null if it cannot.</summary>
    public Func<VolumeId, string?> PathOf { get; init; } = static _ => null;

    /// <summary>Where this process's clients live: the node and its boot, as in "n1 3f0c..."; null if the kernel does not tell.</summary>
    public string? Home { get; init; }

    /// <summary>The units that this process holds.</summary>
    public ConcurrentDictionary<string, HeldUnit> Held => held;

    /// <summary>Looks at the cluster.</summary>
    public Task<Outcome<T>> LookAsync<T>(string what, Func<Connection, Outcome<T>> look, CancellationToken cancellation) =>
        link.RunAsync(what, link.LookDeadline, look, cancellation);

    /// <summary>Looks at a unit as the index has it.</summary>
    public Task<Outcome<T>> LookAsync<T>(
        UnitId unit, string what, Func<Connection, UnitEntries, Outcome<T>> look, CancellationToken cancellation, bool isLong = false) =>
        Check(unit) is { } wrong
            ? Task.FromResult(new Outcome<T>(wrong))
            : link.RunAsync(what, isLong ? ChangeDeadline : link.LookDeadline, connection => WithUnit(connection, unit, what, look), cancellation);

    /// <summary>Changes a unit, when its earlier changes are over.</summary>
    public Task<Outcome<T>> ChangeAsync<T>(
        UnitId unit, string what, Func<Connection, UnitEntries, Outcome<T>> change, CancellationToken cancellation, bool isLong = false) =>
        Check(unit) is { } wrong
            ? Task.FromResult(new Outcome<T>(wrong))
            : InTurnAsync(
                unit, what, isLong ? LongDeadline : ChangeDeadline,
                (deadline, begun) => link.RunAsync(what, deadline, c => WithUnit(c, unit, what, change), cancellation, begun), cancellation);

    /// <summary>Changes what this process holds of a unit, without the index.</summary>
    public Task<Outcome<T>> ChangeLocallyAsync<T>(UnitId unit, string what, Func<Outcome<T>> change, CancellationToken cancellation) =>
        InTurnAsync(
            unit, what, link.LookDeadline, (deadline, begun) => lane.RunAsync(what, deadline, change, cancellation, begun), cancellation);

    /// <summary>Several steps of one unit, when its earlier changes are over.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="what">What for.</param>
    /// <param name="work">The steps.</param>
    /// <param name="cancellation">Ends waiting for the turn.</param>
    /// <param name="isPatient">False: if another change is under way, it is <see cref="FaultCode.Busy"/> at once.</param>
    public Task<Outcome<T>> TurnAsync<T>(
        UnitId unit, string what, Func<UnitTurn, Task<Outcome<T>>> work, CancellationToken cancellation, bool isPatient = true) =>
        Check(unit) is { } wrong
            ? Task.FromResult(new Outcome<T>(wrong))
            : InTurnAsync(unit, what, isPatient ? LongDeadline : TimeSpan.Zero, (_, begun) => work(new UnitTurn(this, unit, begun)), cancellation);

    /// <summary>One step of a unit whose turn it is.</summary>
    public Task<Outcome<T>> StepAsync<T>(
        UnitId unit, string what, Func<Connection, UnitEntries, Outcome<T>> step, Action<Task> begun, CancellationToken cancellation) =>
        link.RunAsync(what, ChangeDeadline, c => WithUnit(c, unit, what, step), cancellation, begun);

    /// <summary>Closes what was opened and is not wanted, on a thread of the lane. Nobody waits for it.</summary>
    public void Close(HeldUnit unwanted)
    {
        unwanted.Shut();
        _ = lane.RunAsync(
            "cannot close", link.LookDeadline,
            () =>
            {
                unwanted.Dispose();
                return new Outcome<bool>(true);
            },
            CancellationToken.None);
    }

    /// <summary>What is wrong with a unit's name, or null.</summary>
    public Fault? Check(UnitId unit) => unit.Backend != Context.Id
        ? new Fault(FaultCode.InvalidArgument, $"cannot look at {unit}", $"this backend is {Context.Id}", "Ask the unit's own backend.", Retry.Never)
        : Names.IsValid(unit.Name) ? null : Names.Invalid("unit", unit.Name);

    /// <summary>What forbids the holder of a grant to change a unit, or null and the unit as held here.</summary>
    public Fault? CheckWriter(WriteGrant grant, UnitId unit, UnitEntries entries, string what, out HeldUnit? unitHeld)
    {
        unitHeld = null;
        if (Grants.Check(grant, unit, Context.Node, what) is { } wrong)
        {
            return wrong;
        }

        if (entries.Unit is null)
        {
            return Absent(unit, what);
        }

        if (Grants.CheckEpoch(grant, entries.Unit.Record, what) is { } stale)
        {
            return stale;
        }

        unitHeld = held.GetValueOrDefault(unit.Name);
        return unitHeld is not null && unitHeld.OwnsAll() && unitHeld.Epoch == grant.Epoch.Value && entries.Unit.Record.Epoch == grant.Epoch.Value
            ? null
            : new Fault(
                FaultCode.NotWriter, what, $"this process does not hold {unit} at epoch {grant.Epoch}",
                "Promote the unit here first.", Retry.AfterFix);
    }

    public static Fault Absent(UnitId unit, string what) =>
        new(FaultCode.NotFound, what, $"there is no unit {unit}", "Look at what there is: nodeagent status.", Retry.Never);

    /// <summary>Closes a unit that is held, so that its writes end, whatever the index says.</summary>
    public void LetGo(string unit)
    {
        if (held.TryRemove(unit, out var one))
        {
            one.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref closed, 1) != 0)
        {
            return;
        }

        foreach (var unit in held.Values)
        {
            Close(unit);
        }

        held.Clear();
        link.Dispose();
        lane.Dispose();
    }

    private Outcome<T> WithUnit<T>(Connection connection, UnitId unit, string what, Func<Connection, UnitEntries, Outcome<T>> act)
    {
        var entries = Index.ReadUnit(connection.Io, unit.Name, what);
        return entries.IsOk ? act(connection, entries.Value) : entries.Fault;
    }

    private async Task<Outcome<T>> InTurnAsync<T>(
        UnitId unit, string what, TimeSpan deadline, Func<TimeSpan, Action<Task>, Task<Outcome<T>>> changeAsync, CancellationToken cancellation)
    {
        var turn = turns.GetOrAdd(unit.Name, static _ => new SemaphoreSlim(1));
        if (!await turn.WaitAsync(deadline, cancellation))
        {
            return new Fault(FaultCode.Busy, what, $"an earlier change of {unit} has not ended", "Try again later.", Retry.Later);
        }

        Task? over = null;
        try
        {
            return await changeAsync(deadline, begun => over = begun);
        }
        finally
        {
            // Not before the call is off its thread: one that was given up may still change the unit.
            if (over is null || over.IsCompleted)
            {
                turn.Release();
            }
            else
            {
                _ = over.ContinueWith(_ => turn.Release(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }
}
