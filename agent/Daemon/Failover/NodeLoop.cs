using System.Threading.Channels;
using NodeAgent.Core.Nodes;
using NodeAgent.Daemon.Failover.Flight;
using NodeAgent.Linux.Clocks;

namespace NodeAgent.Daemon.Failover;

/// <summary>
/// Owns what this node knows and feeds it every input, one after the other. Nothing here waits for anything but the next
/// input: what takes time is an effect.
/// </summary>
internal sealed class NodeLoop(NodeSettings settings, TimeProvider time, IFlightRecorder recorder)
{
    // Whoever brings the only input takes the step at once: a tick or an answer would else wake a second thread for a moment's work.
    private readonly Channel<Func<NodeInput>> inputs = Channel.CreateUnbounded<Func<NodeInput>>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });
    private readonly TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly BootClock clock = new(time);
    private volatile NodeState state = NodeState.Fresh;
    private int ticksWaiting;
    private long turns;

    /// <summary>What this node knows now.</summary>
    public NodeState State => state;

    /// <summary>What it is configured to.</summary>
    public NodeSettings Settings => settings;

    /// <summary>Grows with every input; a watchdog looks at it.</summary>
    public long Turns => Interlocked.Read(ref turns);

    /// <summary>Ends when this node is being shut down and has no stay any more.</summary>
    public Task LeftAsync => left.Task;

    /// <summary>Hands an input in. Never waits.</summary>
    public void Post(NodeInput input) => Post(() => input);

    /// <summary>Hands an input in that is made when it is handled. Never waits.</summary>
    public void Post(Func<NodeInput> input) => inputs.Writer.TryWrite(input);

    /// <summary>Runs until cancelled.</summary>
    /// <param name="executors">What carries effects out.</param>
    /// <param name="start">What is known at the beginning.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(IEffectExecutors executors, NodeState start, CancellationToken cancellation)
    {
        state = start;
        recorder.Begin(settings, state);
        await using var timer = time.CreateTimer(_ => Tick(), null, TimeSpan.Zero, settings.Timings.RenewEvery / 2);
        try
        {
            await foreach (var make in inputs.Reader.ReadAllAsync(cancellation))
            {
                var input = make();
                if (input is NodeInput.Ticked)
                {
                    Interlocked.Exchange(ref ticksWaiting, 0);
                }

                Take(executors, input);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    // A loop that is behind must not find a heap of ticks: one tells it the time as well as many.
    private void Tick()
    {
        if (Interlocked.Exchange(ref ticksWaiting, 1) == 0)
        {
            Post(new NodeInput.Ticked());
        }
    }

    private void Take(IEffectExecutors executors, NodeInput input)
    {
        var before = state;
        var now = clock.Now;
        var decision = NodeMachine.Step(settings, before, input, now);
        state = decision.Next;
        Interlocked.Increment(ref turns);
        recorder.Take(now, input, before, decision);
        var session = decision.Next.Session != 0 ? decision.Next.Session : before.Session;
        foreach (var effect in decision.Effects)
        {
            executors.Begin(effect, session);
        }

        if (decision.Next is { IsShuttingDown: true, Session: 0 })
        {
            left.TrySetResult();
        }
    }
}
