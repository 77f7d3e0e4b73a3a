using NodeAgent.Contract;

namespace NodeAgent.Linux.Bus;

/// <summary>systemd's jobs: asked for, then waited for until systemd says what became of them.</summary>
internal sealed class SystemdJobs(SystemBus bus)
{
    /// <summary>Asks for a job and waits for its end. Giving up does not cancel the job.</summary>
    public async Task<Outcome> RunAsync(BusCall call, string unit, TimeSpan deadline, CancellationToken cancellation)
    {
        var countdown = new Countdown(bus.Time, deadline);
        var connection = bus.Connection();
        var ends = new JobEnds();

        // Listens before it asks: the job may be over before the answer is read.
        using var listening = connection.Listen(SystemdNames.JobRemoved, ends.Hear);
        var subscribed = await SubscribeAsync(connection, countdown.Left, cancellation);
        if (!subscribed.IsOk)
        {
            return subscribed;
        }

        var job = await bus.CallAsync(connection, call, static reader => reader.ObjectPath(), countdown.Left, cancellation);
        if (!job.IsOk)
        {
            return job.Fault with { What = $"{call.Member} of {unit} was refused" };
        }

        var end = ends.EndOfAsync(job.Value);
        _ = await countdown.AwaitAsync(Task.WhenAny(end, connection.Lost), cancellation);
        if (end.IsCompletedSuccessfully)
        {
            return Meaning(await end, call.Member, unit);
        }

        return connection.Lost.IsCompleted ? await connection.Lost : BusFaults.TimedOut($"{call.Member} of {unit}", deadline);
    }

    /// <summary>systemd sends its signals only to those who asked. Asking twice is fine.</summary>
    public async Task<Outcome> SubscribeAsync(BusConnection connection, TimeSpan deadline, CancellationToken cancellation)
    {
        var answer = await bus.CallAsync(connection, SystemdNames.Call("Subscribe"), static _ => true, deadline, cancellation);
        return answer.Fault is { } fault && fault.Facts.GetValueOrDefault("busError") == "org.freedesktop.systemd1.AlreadySubscribed"
            ? Outcome.Done
            : answer.WithoutValue();
    }

    private static Outcome Meaning(string result, string member, string unit)
    {
        if (result == "done")
        {
            return Outcome.Done;
        }

        var (code, why, retry) = result switch
        {
            "timeout" => (FaultCode.TimedOut, "systemd's own time limit for it passed", Retry.AfterLook),
            "canceled" => (FaultCode.Busy, "another job replaced it", Retry.AfterLook),
            "dependency" => (FaultCode.PreconditionFailed, "a unit that it needs could not be started", Retry.AfterFix),
            "skipped" => (FaultCode.PreconditionFailed, "it does not apply to the unit as it is", Retry.AfterLook),
            "failed" => (FaultCode.PreconditionFailed, "the unit failed", Retry.AfterFix),
            _ => (FaultCode.PreconditionFailed, $"systemd says \"{result}\"", Retry.AfterFix),
        };
        return new Fault(code, $"{member} of {unit} did not succeed", why, $"See systemctl status {unit} and journalctl -u {unit}.", retry)
        {
            Facts = new Dictionary<string, string> { ["jobResult"] = result },
        };
    }
}
