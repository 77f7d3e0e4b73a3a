using NodeAgent.Contract;
using NodeAgent.Linux.Services;

namespace NodeAgent.Tests.Linux.Services;

/// <summary>A part that writes down what is done to it, and fails or hangs where told.</summary>
internal sealed class PlayedPart(string name, List<string> log, TimeProvider time) : IServicePart
{
    public string Name => name;

    /// <summary>The verb that fails.</summary>
    public string Fails { get; init; } = "";

    /// <summary>The verb that takes all of its deadline and then fails.</summary>
    public string Hangs { get; init; } = "";

    public Task<Outcome> StartAsync(PartStart start, TimeSpan deadline, CancellationToken cancellation) => DoAsync("start", deadline, cancellation);

    public Task<Outcome> StopAsync(StopManner manner, TimeSpan deadline, CancellationToken cancellation) => DoAsync("stop", deadline, cancellation);

    public Task<Outcome> FreezeAsync(TimeSpan deadline, CancellationToken cancellation) => DoAsync("freeze", deadline, cancellation);

    public Task<Outcome> ThawAsync(TimeSpan deadline, CancellationToken cancellation) => DoAsync("thaw", deadline, cancellation);

    public Task<PartSight> MonitorAsync(TimeSpan deadline, CancellationToken cancellation) =>
        Task.FromResult(new PartSight(PartCondition.Running, name));

    private async Task<Outcome> DoAsync(string verb, TimeSpan deadline, CancellationToken cancellation)
    {
        lock (log)
        {
            log.Add($"{verb} {name}");
        }

        if (Hangs == verb)
        {
            await Task.Delay(deadline, time, cancellation);
        }

        return Fails == verb || Hangs == verb ? new Fault(FaultCode.TimedOut, $"{name} {verb}", "told so", "", Retry.Never) : Outcome.Done;
    }
}
