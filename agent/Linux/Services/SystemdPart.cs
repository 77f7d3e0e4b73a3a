using NodeAgent.Contract;
using NodeAgent.Linux.Bus;

namespace NodeAgent.Linux.Services;

/// <summary>A systemd unit.</summary>
public sealed class SystemdPart(SystemdUnits units, string unit) : IServicePart
{
    public string Name => $"systemd unit {unit}";

    public async Task<Outcome> StartAsync(PartStart start, TimeSpan deadline, CancellationToken cancellation)
    {
        // A start limit that old failures used up is not a reason to refuse a failover.
        var countdown = new Countdown(units.Time, deadline);
        _ = await units.ResetFailedAsync(unit, countdown.Left, cancellation);
        var started = await units.StartAsync(unit, countdown.Left, cancellation);
        if (!started.IsOk)
        {
            return started;
        }

        // A simple service counts as started before its program was seen to live.
        var sight = await MonitorAsync(countdown.Left, cancellation);
        return sight.Condition is PartCondition.Running or PartCondition.Frozen
            ? Outcome.Done
            : new Fault(
                FaultCode.PreconditionFailed, $"{Name} did not stay up", sight.Reason, $"See journalctl -u {unit}.", Retry.AfterFix);
    }

    public Task<Outcome> StopAsync(StopManner manner, TimeSpan deadline, CancellationToken cancellation) =>
        units.StopAsync(unit, manner == StopManner.Kill ? TimeSpan.Zero : deadline / 2, deadline, cancellation);

    public Task<Outcome> FreezeAsync(TimeSpan deadline, CancellationToken cancellation) =>
        units.FreezeAsync(unit, deadline, cancellation);

    public Task<Outcome> ThawAsync(TimeSpan deadline, CancellationToken cancellation) =>
        units.ThawAsync(unit, deadline, cancellation);

    public async Task<PartSight> MonitorAsync(TimeSpan deadline, CancellationToken cancellation)
    {
        var countdown = new Countdown(units.Time, deadline);
        var state = await units.StateAsync(unit, deadline, cancellation);
        if (!state.IsOk)
        {
            return new PartSight(PartCondition.Unknown, state.Fault.ToString());
        }

        if (state.Value.IsDown)
        {
            var processes = await units.ProcessesAsync(unit, countdown.Left, cancellation);
            if (processes.IsOk && processes.Value.Count > 0)
            {
                return new PartSight(PartCondition.Failed, $"{state.Value}, with {processes.Value.Count} processes left");
            }

            if (processes.Fault is { Code: not FaultCode.NotFound } fault)
            {
                return new PartSight(PartCondition.Unknown, fault.ToString());
            }
        }

        var condition = state.Value switch
        {
            { IsFrozen: true } => PartCondition.Frozen,
            { Active: "active" or "reloading" } => PartCondition.Running,
            { Active: "activating" } => PartCondition.Starting,
            { Active: "deactivating" } => PartCondition.Stopping,
            { Active: "failed" } => PartCondition.Failed,
            { Active: "inactive" } => PartCondition.Stopped,
            _ => PartCondition.Unknown,
        };
        return new PartSight(condition, state.Value.ToString());
    }
}
