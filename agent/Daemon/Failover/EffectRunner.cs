using System.Collections.Concurrent;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Failover.Guards;
using NodeAgent.Daemon.Failover.Services;

namespace NodeAgent.Daemon.Failover;

/// <summary>Runs each effect as a task of its own; its answer is an input of the loop.</summary>
internal sealed class EffectRunner(
    Action<NodeInput> answer, LedgerEffects ledger, ServiceEffects services, Freezer freezer, PowerEffects power, OfferLook offers, IGuard guard, IHistory history,
    Func<ClusterView?> view, CancellationToken stopping)
    : IEffectExecutors
{
    private readonly ConcurrentDictionary<Task, byte> running = new();
    private readonly TaskCompletionSource bug = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task frozen = Task.CompletedTask;

    /// <summary>Ends only with a bug: an effect that threw.</summary>
    public Task FailedAsync => bug.Task;

    /// <inheritdoc/>
    public void Begin(NodeEffect effect, long session)
    {
        if (effect is NodeEffect.Freeze or NodeEffect.ReleaseAll)
        {
            freezer.EndThaws();
        }

        switch (effect)
        {
            // The guard counts by itself and answers at once: a deadline must not wait for a thread.
            case NodeEffect.FeedUntil feed:
                guard.FeedUntil(feed.Deadline, session);
                break;
            case NodeEffect.StandDown:
                guard.StandDown(session);
                break;
            case NodeEffect.Tell tell:
                history.Tell(tell.Kind, tell.Subject, tell.Text);
                break;
            // A thaw that overtook would leave services frozen under a lease that is held.
            case NodeEffect.Freeze or NodeEffect.Thaw:
                var before = frozen;
                frozen = RunAsync(() => AfterAsync(before, effect, session));
                break;
            default:
                _ = RunAsync(() => CarryOutAsync(effect, session));
                break;
        }
    }

    /// <summary>Ends when nothing runs any more; for the end of the agent.</summary>
    public Task DrainedAsync() => Task.WhenAll(running.Keys);

    private Task CarryOutAsync(NodeEffect effect, long session) => effect switch
    {
        NodeEffect.Join join => ledger.JoinAsync(join, answer, stopping),
        NodeEffect.Renew renew => ledger.RenewAsync(renew, answer, stopping),
        NodeEffect.EndSession end => ledger.EndAsync(end, stopping),
        NodeEffect.Ask ask => ledger.AskAsync(ask, session, answer, stopping),
        NodeEffect.Promote promote => services.PromoteAsync(promote, answer, stopping),
        NodeEffect.Start start => services.StartAsync(start, answer, stopping),
        NodeEffect.Stop stop => services.StopAsync(stop, answer, stopping),
        NodeEffect.Prepare prepare => services.PrepareAsync(prepare, answer, stopping),
        NodeEffect.Close close => services.CloseAsync(close, answer, stopping),
        NodeEffect.Freeze => freezer.FreezeAsync(stopping),
        NodeEffect.Thaw => freezer.ThawAsync(session, stopping),
        NodeEffect.ReleaseAll release => services.ReleaseAllAsync(release, answer, stopping),
        NodeEffect.Fence fence => power.FenceAsync(fence, view, answer, stopping),
        NodeEffect.Reset reset => power.ResetAsync(reset.Reason, stopping),
        NodeEffect.Look look => offers.LookAsync(look, answer, stopping),
        _ => throw new InvalidOperationException($"unknown effect {effect}"),
    };

    private async Task AfterAsync(Task before, NodeEffect effect, long session)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await CarryOutAsync(effect, session);
    }

    private Task RunAsync(Func<Task> work)
    {
        var task = Task.Run(work, CancellationToken.None);
        running.TryAdd(task, 0);
        _ = task.ContinueWith(Ended, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return task;
    }

    private void Ended(Task task)
    {
        running.TryRemove(task, out _);
        if (task.Exception?.GetBaseException() is { } unexpected and not OperationCanceledException)
        {
            bug.TrySetException(unexpected);
        }
    }
}
