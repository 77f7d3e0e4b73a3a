using NodeAgent.Contract;

namespace NodeAgent.Daemon.Tuning;

/// <summary>
/// Keeps a profile over reboots, in the agent and not in /etc/modprobe.d: version, memory and drives are looked at again
/// each time, a value that the module refuses cannot keep it from being loaded, and no copy of it stays in an initramfs.
/// </summary>
internal sealed class TuneKeeper(Tuner tuner, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private string told = "";

    /// <summary>Looks now and every minute: the module may be loaded later, and a benchmark may be killed at any time.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                Look();
                await Task.Delay(Every, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    internal void Look()
    {
        var done = tuner.TakeUp();
        if (!done.IsOk)
        {
            Tell(done.Fault);
            return;
        }

        foreach (var line in done.Value?.Lines ?? [])
        {
            if (line.Verdict == TuneVerdict.Changed)
            {
                log.LogInformation("tuning {Profile}: {Parameter} was {Now}, is {Wanted}", done.Value!.Profile, line.Parameter, line.Now, line.Wanted);
            }
            else if (line.Verdict != TuneVerdict.Same)
            {
                log.LogWarning("tuning {Profile}: {Parameter} left as it is: {Why}", done.Value!.Profile, line.Parameter, line.Why);
            }
        }

        told = "";
    }

    // Every minute the same would bury everything else. A benchmark that runs is no fault.
    private void Tell(Fault fault)
    {
        if (fault.Code != FaultCode.Busy && told != fault.ToString())
        {
            told = fault.ToString();
            log.LogWarning("{Fault}", told);
        }
    }
}
