using NodeAgent.Contract;
using NodeAgent.Linux.Clocks;

namespace NodeAgent.Cluster.Ledger;

/// <summary>
/// Rings at an instant or before it, for one who looks what is due whenever it rings. What is put off again and again, as each renewal puts
/// off what follows from silence, costs one timer now and then and not one each time.
/// </summary>
internal sealed class Alarm(TimeProvider time) : IDisposable
{
    private readonly BootClock clock = new(time);
    private CancellationTokenSource stop = new();
    private Task ringing = Task.CompletedTask;
    private Instant rings;

    /// <summary>Ends when it rings: no later than then.</summary>
    public Task RingAsync(TimeSpan due)
    {
        due = due > TimeSpan.Zero ? due : TimeSpan.Zero;
        var at = clock.Now.Add(due);
        if (ringing.IsCompleted || at < rings)
        {
            Dispose();
            stop = new();
            (rings, ringing) = (at, Task.Delay(due, time, stop.Token));
        }

        return ringing;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }
}
