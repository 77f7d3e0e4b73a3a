using NodeAgent.Contract;

namespace NodeAgent.Linux.Fencing;

/// <summary>
/// Switches a node off, level by level, and believes only what it reads back. Safe to do again: off stays off.
/// </summary>
public sealed class PowerFence(FenceAgents agents)
{
    private static readonly string[] Needed = ["off", "status"];
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Tries the levels in order until one confirms. Each gets an equal share of what is left of the deadline, so that a
    /// dead device does not eat the time of those after it.
    /// </summary>
    /// <param name="levels">The devices.</param>
    /// <param name="isWanted">Asked before each level: what took long may not be wanted any more. Then it ends as if no level had confirmed.</param>
    /// <param name="deadline">For all levels.</param>
    /// <param name="cancellation">Ends what runs.</param>
    public async Task<FenceVerdict> OffAsync(IReadOnlyList<FenceLevel> levels, Func<bool> isWanted, TimeSpan deadline, CancellationToken cancellation)
    {
        var countdown = new Countdown(agents.Time, deadline);
        var faults = new List<Fault>();
        var worst = FenceEnd.Refused;
        for (var index = 0; index < levels.Count; index++)
        {
            if (!isWanted())
            {
                return new FenceVerdict(worst, "the node is here again, and is left alone", deadline - countdown.Left, faults);
            }

            var share = new Countdown(agents.Time, countdown.Left / (levels.Count - index));
            var end = await LevelAsync(levels[index], share, faults, cancellation);
            if (end == FenceEnd.Confirmed)
            {
                return new FenceVerdict(end, Words(levels[index], index, faults), deadline - countdown.Left, faults) { Level = index + 1 };
            }

            // One level that may have done something leaves it open, whatever the others say.
            worst = end == FenceEnd.Unknown ? FenceEnd.Unknown : worst;
        }

        var reason = levels.Count == 0 ? "no fence device is configured for it" : string.Join("; ", faults.Select(fault => fault.ToString()));
        return new FenceVerdict(worst, reason, deadline - countdown.Left, faults);
    }

    /// <summary>
    /// For doctor, while the node is known to run: each device must answer, know "off" and "status", take power and not
    /// only access, and say that the power is on. Faults name the device; none means that all are well.
    /// </summary>
    public async Task<IReadOnlyList<Fault>> TestAsync(IReadOnlyList<FenceLevel> levels, TimeSpan deadline, CancellationToken cancellation)
    {
        var countdown = new Countdown(agents.Time, deadline);
        var faults = new List<Fault>();
        foreach (var device in levels.SelectMany(level => level.Devices))
        {
            if (await TestOneAsync(device, countdown, cancellation) is { } fault)
            {
                faults.Add(fault);
            }
        }

        return faults;
    }

    // What failed before is told too: who reads the history has a device to look after.
    private static string Words(FenceLevel level, int index, List<Fault> before) =>
        $"level {index + 1} ({string.Join(", ", level.Devices.Select(device => device.Name))}) switched it off and its status says off"
        + (before.Count == 0 ? "" : $"; before that: {string.Join("; ", before.Select(fault => $"{fault.What}: {fault.Why}"))}");

    private static Fault AccessOnly(FenceDevice device) => new(
        FaultCode.Unsupported,
        $"fence device {device.Name} gives no proof",
        $"{device.Agent} takes the node's access away and leaves its power on",
        "Use an agent that switches power, such as fence_ipmilan.",
        Retry.AfterFix);

    private async Task<Fault?> TestOneAsync(FenceDevice device, Countdown countdown, CancellationToken cancellation)
    {
        var metadata = await agents.MetadataAsync(device, countdown.Left, cancellation);
        if (!metadata.IsOk)
        {
            return metadata.Fault;
        }

        if (metadata.Value.CutsAccessOnly)
        {
            return AccessOnly(device);
        }

        var missing = Needed.Except(metadata.Value.Actions, StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
        {
            return new Fault(
                FaultCode.Unsupported, $"fence device {device.Name} is of no use", $"{device.Agent} cannot do: {string.Join(", ", missing)}", "Use another agent.", Retry.AfterFix);
        }

        if (await agents.MonitorAsync(device, countdown.Left, cancellation) is { Fault: { } unreachable })
        {
            return unreachable;
        }

        var status = await agents.StatusAsync(device, countdown.Left, cancellation);
        return status.IsOk && status.Value == PowerState.Off
            ? new Fault(
                FaultCode.PreconditionFailed,
                $"fence device {device.Name} is not what switches this node",
                "it says off while the node runs",
                "Check the plug or address in its options: it may belong to another machine.",
                Retry.AfterFix)
            : status.Fault;
    }

    private async Task<FenceEnd> LevelAsync(FenceLevel level, Countdown share, List<Fault> faults, CancellationToken cancellation)
    {
        var end = level.Devices.Count == 0 ? FenceEnd.Refused : FenceEnd.Confirmed;
        for (var index = 0; index < level.Devices.Count; index++)
        {
            var own = new Countdown(agents.Time, share.Left / (level.Devices.Count - index));
            var one = await DeviceAsync(level.Devices[index], own, faults, cancellation);

            // All must confirm; what is unknown about one is unknown about the level.
            end = (FenceEnd)Math.Min((int)end, (int)one);
        }

        return end;
    }

    private async Task<FenceEnd> DeviceAsync(FenceDevice device, Countdown own, List<Fault> faults, CancellationToken cancellation)
    {
        var metadata = await agents.MetadataAsync(device, own.Left / 4, cancellation);
        if (metadata.Fault is { Code: FaultCode.NotFound or FaultCode.PermissionDenied or FaultCode.InvalidArgument } unusable)
        {
            faults.Add(unusable);
            return FenceEnd.Refused;
        }

        // An agent that cannot describe itself may still work; one that says it leaves the power on may not.
        if (metadata.IsOk && metadata.Value.CutsAccessOnly)
        {
            faults.Add(AccessOnly(device));
            return FenceEnd.Refused;
        }

        var off = await agents.OffAsync(device, own.Left * 0.75, cancellation);
        if (!off.IsOk)
        {
            faults.Add(off.Fault);
            if (off.Fault.Code is FaultCode.NotFound or FaultCode.PermissionDenied or FaultCode.InvalidArgument or FaultCode.Unparseable
                && off.Fault.Retry is not Retry.AfterLook)
            {
                return FenceEnd.Refused;
            }
        }

        // Looks even if the agent failed: an "off" that timed out may have worked.
        return await ReadBackAsync(device, off.IsOk, own, faults, cancellation);
    }

    private async Task<FenceEnd> ReadBackAsync(
        FenceDevice device, bool saidOk, Countdown own, List<Fault> faults, CancellationToken cancellation)
    {
        while (true)
        {
            var status = await agents.StatusAsync(device, own.Left, cancellation);
            if (status.IsOk && status.Value == PowerState.Off)
            {
                return FenceEnd.Confirmed;
            }

            if (own.Left > LookEvery)
            {
                await own.PauseAsync(LookEvery, cancellation);
                continue;
            }

            if (!status.IsOk)
            {
                faults.Add(status.Fault);
                return FenceEnd.Unknown;
            }

            faults.Add(new Fault(
                FaultCode.PreconditionFailed,
                $"fence device {device.Name} did not switch the node off",
                saidOk ? $"{device.Agent} said that it did, and the status still says on" : "the status still says on",
                "Check the plug or address in its options, and the rights of its user.",
                Retry.AfterFix));
            return FenceEnd.Refused;
        }
    }
}
