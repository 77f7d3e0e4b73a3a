using NodeAgent.Contract;

namespace NodeAgent.Linux.Services;

/// <summary>The parts of a service in the order of their start. They stop in reverse.</summary>
public sealed class ServiceParts(IReadOnlyList<IServicePart> parts, TimeProvider time)
{
    /// <summary>In the order of their start.</summary>
    public IReadOnlyList<IServicePart> Parts => parts;

    /// <summary>Those that can be frozen.</summary>
    public ServiceParts Freezable => Only(index => parts[index].CanFreeze);

    /// <summary>Those at these places.</summary>
    public ServiceParts Only(Func<int, bool> which) => new([.. parts.Where((_, index) => which(index))], time);

    /// <summary>
    /// Starts in order, and ends at the first part that does not start. What was started before it stays: stop all of it
    /// before going elsewhere.
    /// </summary>
    public async Task<PartsReport> StartAsync(PartStart start, TimeSpan deadline, CancellationToken cancellation)
    {
        var countdown = new Countdown(time, deadline);
        foreach (var part in parts)
        {
            if (await part.StartAsync(start, countdown.Left, cancellation) is { Fault: { } fault })
            {
                return Report(countdown, [new PartFailure(part.Name, fault)]);
            }
        }

        return Report(countdown, []);
    }

    /// <summary>
    /// Stops in reverse. A part that does not stop keeps none of the others from being stopped: each has its share of
    /// what is left of the deadline.
    /// </summary>
    public async Task<PartsReport> StopAsync(StopManner manner, TimeSpan deadline, CancellationToken cancellation)
    {
        var countdown = new Countdown(time, deadline);
        List<PartFailure> failures = [];
        for (var index = parts.Count - 1; index >= 0; index--)
        {
            // One part may take half of what is left, and all of it if it is the last one.
            var share = index == 0 ? countdown.Left : countdown.Left / 2;
            if (await parts[index].StopAsync(manner, share, cancellation) is { Fault: { } fault })
            {
                failures.Add(new PartFailure(parts[index].Name, fault));
            }
        }

        return Report(countdown, failures);
    }

    /// <summary>Freezes all parts at the same time: it must be quick. Parts that cannot be frozen are failures.</summary>
    public async Task<PartsReport> FreezeAsync(TimeSpan deadline, CancellationToken cancellation)
    {
        var countdown = new Countdown(time, deadline);
        var outcomes = await Task.WhenAll(parts.Select(part => part.FreezeAsync(deadline, cancellation)));
        return Report(countdown, Failures(outcomes));
    }

    /// <summary>Lets all parts run on, at the same time: one that is slow leaves the others all of their time.</summary>
    public async Task<PartsReport> ThawAsync(TimeSpan deadline, CancellationToken cancellation)
    {
        var countdown = new Countdown(time, deadline);
        var outcomes = await Task.WhenAll(parts.Select(part => part.ThawAsync(deadline, cancellation)));
        return Report(countdown, Failures(outcomes));
    }

    /// <summary>How each part is, in the order of their start; looked at at the same time.</summary>
    public async Task<IReadOnlyList<PartSight>> MonitorAsync(TimeSpan deadline, CancellationToken cancellation) =>
        await Task.WhenAll(parts.Select(part => part.MonitorAsync(deadline, cancellation)));

    private static PartsReport Report(Countdown countdown, IReadOnlyList<PartFailure> failures) =>
        new(failures, countdown.Total - countdown.Left);

    private List<PartFailure> Failures(Outcome[] outcomes)
    {
        List<PartFailure> failures = [];
        for (var index = 0; index < outcomes.Length; index++)
        {
            if (outcomes[index].Fault is { } fault)
            {
                failures.Add(new PartFailure(parts[index].Name, fault));
            }
        }

        return failures;
    }
}
