using NodeAgent.Contract;
using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Bus;

/// <summary>One stop of one unit: orderly, then by SIGKILL, then a look whether anything is left.</summary>
internal sealed class UnitStop(SystemBus bus, SystemdUnits units, SystemdJobs jobs, string unit)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    public async Task<Outcome> RunAsync(TimeSpan killAfter, TimeSpan deadline, CancellationToken cancellation)
    {
        var countdown = new Countdown(bus.Time, deadline);
        if (killAfter <= TimeSpan.Zero)
        {
            // What is frozen dies without running on; the job after it keeps systemd from starting it again.
            _ = await units.KillAsync(unit, LibC.Kill, countdown.Left, cancellation);
        }

        // Keeps some time for killing and looking, whatever was asked.
        var longest = deadline * 0.75;
        var orderly = killAfter < longest && killAfter > TimeSpan.Zero ? killAfter : longest;
        var stopped = await jobs.RunAsync(SystemdNames.Call("StopUnit", unit, "replace"), unit, orderly, cancellation);
        if (stopped.Fault is { Code: FaultCode.NotFound })
        {
            return Outcome.Done;
        }

        if (stopped.Fault is { Code: FaultCode.PermissionDenied or FaultCode.InvalidArgument })
        {
            return stopped;
        }

        while (true)
        {
            var left = await LeftAsync(countdown, cancellation);
            if (left.IsOk || countdown.IsOver)
            {
                return left.IsOk ? Outcome.Done : left;
            }

            _ = await units.KillAsync(unit, LibC.Kill, countdown.Left, cancellation);
            await countdown.PauseAsync(LookEvery, cancellation);
        }
    }

    /// <summary>Done if the unit is down and its control group is empty.</summary>
    private async Task<Outcome> LeftAsync(Countdown countdown, CancellationToken cancellation)
    {
        var state = await units.StateAsync(unit, countdown.Left, cancellation);
        if (!state.IsOk)
        {
            return Remains($"it cannot be seen: {state.Fault.Why}");
        }

        if (!state.Value.IsDown)
        {
            return Remains(state.Value.ToString());
        }

        var processes = await units.ProcessesAsync(unit, countdown.Left, cancellation);
        if (processes.Fault is { Code: FaultCode.NotFound } || (processes.IsOk && processes.Value.Count == 0))
        {
            return Outcome.Done;
        }

        return Remains(processes.IsOk
            ? $"processes are left: {string.Join(", ", processes.Value.Take(5).Select(process => $"{process.Pid} {process.Command}"))}"
            : $"its processes cannot be seen: {processes.Fault.Why}");
    }

    private Fault Remains(string why) => new(
        FaultCode.TimedOut,
        $"{unit} did not stop",
        why,
        $"What still runs may still write. See systemctl status {unit}.",
        Retry.AfterLook);
}
