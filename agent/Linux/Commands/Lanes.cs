using System.Globalization;

using NodeAgent.Contract;

namespace NodeAgent.Linux.Commands;

/// <summary>Commands of one lane run one at a time, in the order in which they were asked for.</summary>
internal sealed class Lanes
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Lane> lanes = [];

    /// <summary>Ends when it is this caller's turn, or with a fault if a stuck program blocks the lane.</summary>
    public async Task<Outcome> EnterAsync(string name, CancellationToken cancellation)
    {
        if (name.Length == 0)
        {
            return Outcome.Done;
        }

        var turn = new TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (!lanes.TryGetValue(name, out var lane))
            {
                lanes[name] = new Lane();
                return Outcome.Done;
            }

            if (lane.BlockedBy is { } stuck)
            {
                return Blocked(name, stuck);
            }

            lane.Waiting.Enqueue(turn);
        }

        // A turn that was given to somebody who had just left goes on to the next: see Leave.
        await using var registration = cancellation.Register(() => turn.TrySetCanceled(cancellation));
        return await turn.Task;
    }

    /// <summary>Gives the turn to the next.</summary>
    public void Leave(string name)
    {
        if (name.Length == 0)
        {
            return;
        }

        lock (gate)
        {
            while (lanes[name].Waiting.TryDequeue(out var next))
            {
                if (next.TrySetResult(Outcome.Done))
                {
                    return;
                }
            }

            _ = lanes.Remove(name);
        }
    }

    /// <summary>Instead of <see cref="Leave"/>: nobody enters until <see cref="Leave"/> is called after all.</summary>
    public void Block(string name, RunningCommand stuck)
    {
        if (name.Length == 0)
        {
            return;
        }

        lock (gate)
        {
            var lane = lanes[name];
            lane.BlockedBy = stuck;
            while (lane.Waiting.TryDequeue(out var next))
            {
                _ = next.TrySetResult(Blocked(name, stuck));
            }
        }
    }

    private static Fault Blocked(string name, RunningCommand stuck)
    {
        var since = stuck.StartedAt.ToString("yyyy-MM-dd HH:mm:ss'Z'");
        return new(
            FaultCode.Busy,
            $"cannot use {name}",
            $"{stuck.Tool} {stuck.Verb} (process {stuck.Pid}) runs since {since} and cannot be killed",
            $"Look at /proc/{stuck.Pid}/stack and the kernel log; the storage under it does not answer.",
            Retry.Later)
        {
            Facts = new Dictionary<string, string>
            {
                ["lane"] = name,
                ["tool"] = stuck.Tool,
                ["verb"] = stuck.Verb,
                ["pid"] = stuck.Pid.ToString(CultureInfo.InvariantCulture),
                ["since"] = since,
            },
        };
    }

    private sealed class Lane
    {
        public Queue<TaskCompletionSource<Outcome>> Waiting { get; } = new();

        public RunningCommand? BlockedBy { get; set; }
    }
}
