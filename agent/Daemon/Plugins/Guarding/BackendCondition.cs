using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins.Quarantines;

namespace NodeAgent.Daemon.Plugins.Guarding;

/// <summary>How a backend behaves: its state, its record of crashes and hangs, and when that is too much.</summary>
internal sealed class BackendCondition(
    BackendId id, GuardPolicy policy, QuarantineBook book, TimeProvider time, IPluginObserver observer)
{
    private readonly Lock gate = new();
    private readonly Queue<DateTimeOffset> crashes = new();
    private readonly Queue<DateTimeOffset> hangs = new();
    private PluginState state = PluginState.Discovered;
    private string reason = "configured";
    private int leftBehind;

    public PluginSubject Subject => PluginSubject.Backend(id);

    public PluginState State
    {
        get
        {
            lock (gate)
            {
                return state;
            }
        }
    }

    public string Reason
    {
        get
        {
            lock (gate)
            {
                return reason;
            }
        }
    }

    /// <summary>Calls that were abandoned and still run.</summary>
    public int LeftBehind
    {
        get
        {
            lock (gate)
            {
                return leftBehind;
            }
        }
    }

    /// <summary>Why a call is not let through; null if it is.</summary>
    public Fault? Refusal(GuardedCall call)
    {
        lock (gate)
        {
            var what = $"cannot {call.What}";
            switch (state)
            {
                // The alternative to a demotion is a reset of the whole node: always worth the attempt. And while a service goes on
                // writing, only the upkeep records that another copy misses what is written, or lets go of writes that wait. One that
                // comes out of quarantine is there until the next one is made.
                case PluginState.Quarantined or PluginState.Starting when call.Kind is CallKind.Demote or CallKind.RoleRead or CallKind.Upkeep:
                case PluginState.Ready or PluginState.Degraded:
                    return null;
                case PluginState.Quarantined:
                    return PluginFaults.Quarantined(
                        what, reason, book.Find(Subject)?.Until ?? time.GetUtcNow(), id.Value);
                case PluginState.Discovered or PluginState.Verified or PluginState.Starting
                    or PluginState.Stopping or PluginState.Stopped:
                    return PluginFaults.Stopped(what, reason);
                default:
                    throw new InvalidOperationException($"unknown state {state}");
            }
        }
    }

    /// <summary>Goes to a state because the host says so.</summary>
    public void Become(PluginState next, string why)
    {
        lock (gate)
        {
            if (next == PluginState.Ready)
            {
                crashes.Clear();
                hangs.Clear();
            }

            Move(next == PluginState.Ready && leftBehind > 0 ? PluginState.Degraded : next, why);
        }
    }

    /// <summary>An exception came out of the plugin.</summary>
    public void Crashed(string operation, string problem)
    {
        observer.Misbehaved(id, operation, problem);
        Count(crashes, policy.CrashesToQuarantine, $"{operation} failed with an exception: {FirstLine(problem)}");
    }

    /// <summary>A call was left behind; its end is noted when it comes.</summary>
    public void Hung(string operation, Task leftover)
    {
        observer.Misbehaved(id, operation, "does not answer and does not stop");
        lock (gate)
        {
            leftBehind++;
        }

        Count(hangs, policy.HangsToQuarantine, $"{operation} does not answer and does not stop");
        _ = leftover.ContinueWith(
            static (_, condition) => ((BackendCondition)condition!).LeftoverEnded(),
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Forgets what is old; a backend that behaved for the whole window is ready again.</summary>
    public void Review()
    {
        lock (gate)
        {
            Forget();
            if (state == PluginState.Degraded && crashes.Count == 0 && hangs.Count == 0 && leftBehind == 0)
            {
                Move(PluginState.Ready, $"behaved for {policy.Window.TotalMinutes:0.#} min");
            }
        }
    }

    private void Count(Queue<DateTimeOffset> events, int most, string why)
    {
        lock (gate)
        {
            Forget();
            events.Enqueue(time.GetUtcNow());
            if (state is not (PluginState.Ready or PluginState.Degraded))
            {
                return;
            }

            if (events.Count < most)
            {
                Move(PluginState.Degraded, why);
                return;
            }

            var told = $"{events.Count} times in {policy.Window.TotalMinutes:0.#} min, last: {why}";
            book.Add(Subject, told);
            Move(PluginState.Quarantined, told);
        }
    }

    private void LeftoverEnded()
    {
        lock (gate)
        {
            leftBehind--;
        }
    }

    private void Forget()
    {
        var oldest = time.GetUtcNow() - policy.Window;
        foreach (var events in new[] { crashes, hangs })
        {
            while (events.TryPeek(out var at) && at < oldest)
            {
                events.Dequeue();
            }
        }
    }

    private void Move(PluginState next, string why)
    {
        var before = state;
        (state, reason) = (next, why);
        if (before != next)
        {
            observer.StateChanged(Subject, before, next, why);
        }
    }

    private static string FirstLine(string text) => text.Split('\n')[0].TrimEnd();
}
