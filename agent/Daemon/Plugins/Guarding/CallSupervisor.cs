using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

/// <summary>
/// Carries every call from the host to a backend: lane, deadline, containment, counting. A place in a lane is kept
/// until the plugin's code really ended, so a plugin that hangs can take at most as many threads as its lanes are wide.
/// </summary>
internal sealed class CallSupervisor(
    BackendId id, BackendCondition condition, GuardPolicy policy, TimeProvider time, IPluginObserver observer)
{
    private readonly LaneSet lanes = new(time);

    public BackendId Id => id;

    public AttachmentSlot Slot { get; } = new();

    public BackendCondition Condition => condition;

    public PluginCode Code { get; } = new(time, policy.Grace);

    /// <summary>The host's side of a stream or of a long operation.</summary>
    public HostEnd HostEnd(CallKind kind) => new(new CallClock(Deadline(kind)));

    /// <summary>Asks an ability for a value.</summary>
    public async Task<Outcome<T>> RunAsync<TAbility, T>(
        GuardedCall call, Func<TAbility, CancellationToken, Task<Outcome<T>>> body, CancellationToken cancellation)
        where TAbility : class
    {
        if (condition.Refusal(call) is { } refusal)
        {
            return Refuse(call, refusal);
        }

        var places = new List<IDisposable>();
        try
        {
            if (await EnterLanesAsync(call, places, cancellation) is { } taken)
            {
                return Refuse(call, PluginFaults.LaneBusy(What(call), taken));
            }

            if (await AttachAsync(cancellation) is not { } attachment)
            {
                return Refuse(call, PluginFaults.Draining(What(call)));
            }

            try
            {
                return await AskAsync(call, attachment, body, places, cancellation);
            }
            finally
            {
                Slot.Leave();
            }
        }
        finally
        {
            places.ForEach(place => place.Dispose());
        }
    }

    /// <summary>Asks an ability to do something.</summary>
    public async Task<Outcome> RunAsync<TAbility>(
        GuardedCall call, Func<TAbility, CancellationToken, Task<Outcome>> body, CancellationToken cancellation)
        where TAbility : class
    {
        var outcome = await RunAsync<TAbility, bool>(
            call,
            async (ability, stop) => await body(ability, stop) is { IsOk: false } failed ? failed.Fault : true,
            cancellation);
        return outcome.WithoutValue();
    }

    /// <summary>Asks an ability for a list; it is copied under guard, for enumerating it may run plugin code.</summary>
    public Task<Outcome<IReadOnlyList<T>>> ListAsync<TAbility, T>(
        GuardedCall call,
        Func<TAbility, CancellationToken, Task<Outcome<IReadOnlyList<T>>>> body,
        CancellationToken cancellation)
        where TAbility : class =>
        RunAsync<TAbility, IReadOnlyList<T>>(
            call,
            async (ability, stop) => (await body(ability, stop)).Map(list => (IReadOnlyList<T>)[.. list]),
            cancellation);

    /// <summary>A list of which entries may be missing, copied: to be called under guard, for enumerating it may run plugin code.</summary>
    public static Outcome<Listing<T>> Copy<T>(Outcome<Listing<T>> listing) => listing.Map(told => new Listing<T>([.. told.Found], [.. told.Unread]));

    /// <summary>Notes a call that did not answer: counts it, and says so in a fault.</summary>
    public Fault Failure<T>(GuardedCall call, Invocation<T> invocation, TimeSpan took)
    {
        var what = What(call);
        switch (invocation.End)
        {
            case InvocationEnd.Answered:
                condition.Crashed(call.Operation, "answered nothing (null)");
                return End(call, CallEnd.Crashed, PluginFaults.Nothing(what), took);
            case InvocationEnd.Threw when call.Host?.Failure is { } failure:
                return End(call, CallEnd.Fault, PluginFaults.StreamBroke(what, failure), took);
            case InvocationEnd.Threw:
                condition.Crashed(call.Operation, invocation.Problem);
                return End(call, CallEnd.Crashed, PluginFaults.Threw(what, invocation.Problem), took);
            case InvocationEnd.TimedOut:
                return End(call, CallEnd.TimedOut, PluginFaults.TimedOut(what, Deadline(call.Kind)), took);
            case InvocationEnd.Cancelled:
                return End(call, CallEnd.Cancelled, PluginFaults.TimedOut(what, took), took);
            case InvocationEnd.Abandoned:
                condition.Hung(call.Operation, invocation.Leftover!);
                return End(call, CallEnd.Abandoned, PluginFaults.Abandoned(what), took);
            default:
                throw new InvalidOperationException($"unknown end {invocation.End}");
        }
    }

    /// <summary>How long a call of a kind may go without a sign of life.</summary>
    public TimeSpan Deadline(CallKind kind) => kind switch
    {
        CallKind.Read or CallKind.RoleRead => policy.ReadDeadline,
        CallKind.Change or CallKind.Upkeep => policy.ChangeDeadline,
        CallKind.Promote or CallKind.Demote => policy.RoleDeadline,
        CallKind.Send or CallKind.Receive => policy.StreamStall,
        CallKind.Watch => Timeout.InfiniteTimeSpan,
        _ => throw new InvalidOperationException($"unknown kind {kind}"),
    };

    /// <summary>Enters the backend; null while it is being exchanged for longer than a lane is waited for, or gone.</summary>
    public async Task<Attachment?> AttachAsync(CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(policy.LaneWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            return await Slot.EnterAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Notes that the plugin was not even asked.</summary>
    public Fault Refuse(GuardedCall call, Fault fault) => End(call, CallEnd.Refused, fault, TimeSpan.Zero);

    private async Task<Outcome<T>> AskAsync<TAbility, T>(
        GuardedCall call,
        Attachment attachment,
        Func<TAbility, CancellationToken, Task<Outcome<T>>> body,
        List<IDisposable> places,
        CancellationToken cancellation)
        where TAbility : class
    {
        if (attachment.Ability<TAbility>() is not { } ability)
        {
            return Refuse(call, PluginFaults.Unsupported(What(call), attachment.Description.Kind));
        }

        var began = time.GetTimestamp();
        var clock = call.Host?.Clock ?? new CallClock(Deadline(call.Kind));
        var invocation = await Code.InvokeAsync(stop => body(ability, stop), clock, cancellation);
        KeepUntilEnd(invocation.Leftover, places);
        var took = time.GetElapsedTime(began);
        if (invocation is { End: InvocationEnd.Answered, Value: var outcome } && (!outcome.IsOk || outcome.Value is not null))
        {
            observer.CallEnded(id, call.Operation, outcome.IsOk ? CallEnd.Ok : CallEnd.Fault, outcome.Fault?.Code, took);
            return outcome;
        }

        var failure = Failure(call, invocation, took);
        if (invocation.End is InvocationEnd.Cancelled or InvocationEnd.Abandoned)
        {
            cancellation.ThrowIfCancellationRequested();
        }

        return failure;
    }

    private async Task<string?> EnterLanesAsync(
        GuardedCall call, List<IDisposable> places, CancellationToken cancellation)
    {
        foreach (var (lane, width) in Lanes(call))
        {
            if (await lanes.TryEnterAsync(lane, width, policy.LaneWait, cancellation) is not { } place)
            {
                return lane;
            }

            places.Add(place);
        }

        return null;
    }

    private (string Lane, int Width)[] Lanes(GuardedCall call) => call.Kind switch
    {
        CallKind.Read => [("reads", policy.Reads)],
        CallKind.Change => [($"changes of {call.Subject}", 1), ("changes", policy.Changes)],
        CallKind.RoleRead => [("role reads", policy.Reads)],
        CallKind.Promote or CallKind.Demote => [($"role of {call.Subject}", 1)],
        CallKind.Send => [("streams", policy.Streams)],
        CallKind.Receive => [($"receiving {call.Subject}", 1), ("streams", policy.Streams)],
        CallKind.Watch => [("watchers", policy.Reads)],
        CallKind.Upkeep => [("upkeep", 1)],
        _ => throw new InvalidOperationException($"unknown kind {call.Kind}"),
    };

    private Fault End(GuardedCall call, CallEnd end, Fault fault, TimeSpan took)
    {
        observer.CallEnded(id, call.Operation, end, fault.Code, took);
        return fault;
    }

    private string What(GuardedCall call) => $"cannot {call.What} on backend {id}";

    private static void KeepUntilEnd(Task? leftover, List<IDisposable> places)
    {
        if (leftover is null)
        {
            return;
        }

        IDisposable[] kept = [.. places];
        places.Clear();
        _ = leftover.ContinueWith(
            _ => Array.ForEach(kept, place => place.Dispose()),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
