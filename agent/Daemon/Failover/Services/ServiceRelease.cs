using System.Collections.Concurrent;
using NodeAgent.Contract;
using NodeAgent.Daemon.Units;
using NodeAgent.Linux.Services;

namespace NodeAgent.Daemon.Failover.Services;

/// <summary>
/// Kills all services and closes all their units at once, waits for nobody: only what was seen to be stopped and
/// closed counts.
/// </summary>
/// <param name="world">The units.</param>
/// <param name="closed">Told of each service of which nothing is left.</param>
/// <param name="time">The clocks.</param>
internal sealed class ServiceRelease(UnitWorld world, Action<string> closed, TimeProvider time)
{
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GateLimit = TimeSpan.FromSeconds(10);

    /// <summary>Null if nothing is left; otherwise what is.</summary>
    public async Task<string?> RunAsync(
        IReadOnlyList<RunnableService> services, ConcurrentDictionary<string, SemaphoreSlim> gates, CancellationToken cancellation)
    {
        var left = await Task.WhenAll(services.GroupBy(service => service.Name, StringComparer.Ordinal).Select(group => ReleaseAsync(group.Key, [.. group], gates, cancellation)));
        var words = left.OfType<string>().ToList();
        return words.Count == 0 ? null : string.Join("; ", words);
    }

    /// <summary>Closes the units of a service that was stopped. Null if none is open; otherwise what is.</summary>
    public async Task<string?> CloseAsync(RunnableService service, CancellationToken cancellation)
    {
        var open = await Task.WhenAll(service.Units.Select(unit => CloseAsync(unit, cancellation)));
        return open.OfType<string>().FirstOrDefault();
    }

    // A service may be known twice: as it was opened, and as it is configured now.
    private async Task<string?> ReleaseAsync(
        string name, IReadOnlyList<RunnableService> known, ConcurrentDictionary<string, SemaphoreSlim> gates, CancellationToken cancellation)
    {
        var gate = gates.GetOrAdd(name, _ => new SemaphoreSlim(1));
        if (!await gate.WaitAsync(TimeSpan.Zero, cancellation))
        {
            // Killing does not wait for what holds the gate, for that may hang; and is done again after it.
            await KillAsync(known, cancellation);
            if (!await WaitAsync(gate, cancellation))
            {
                return $"something that was begun for service {name} does not end";
            }
        }

        try
        {
            var left = await KillAsync(known, cancellation);
            if (left is null)
            {
                closed(name);
            }

            return left;
        }
        finally
        {
            gate.Release();
        }
    }

    // All parts first: one may use what the other closes.
    private async Task<string?> KillAsync(IReadOnlyList<RunnableService> known, CancellationToken cancellation)
    {
        var killed = await Task.WhenAll(known.Select(service => service.Parts.StopAsync(StopManner.Kill, KillLimit, cancellation)));
        var open = await Task.WhenAll(known.Select(service => CloseAsync(service, cancellation)));
        return killed.FirstOrDefault(report => !report.IsOk)?.ToString() ?? open.OfType<string>().FirstOrDefault();
    }

    private async Task<string?> CloseAsync(UnitId unit, CancellationToken cancellation)
    {
        if (world.There().GetValueOrDefault(unit.Backend)?.Ability<IRoles>() is not { } roles)
        {
            return $"backend {unit.Backend} of unit {unit} is not ready";
        }

        var role = await roles.DemoteAsync(unit, null, cancellation);
        if (!role.IsOk)
        {
            return role.Fault.Code == FaultCode.NotFound ? null : role.Fault.ToString();
        }

        return role.Value.Role is Role.Reader or Role.Absent ? null : $"unit {unit} is {role.Value.Role}: {role.Value.Native}";
    }

    private async Task<bool> WaitAsync(SemaphoreSlim gate, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(GateLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            await gate.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
