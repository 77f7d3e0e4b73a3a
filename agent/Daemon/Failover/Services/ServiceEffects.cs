using System.Collections.Concurrent;
using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Units;
using NodeAgent.Linux.Services;

namespace NodeAgent.Daemon.Failover.Services;

/// <summary>What is done to services here. One thing at a time for each service, except that everything gives way to letting go.</summary>
internal sealed class ServiceEffects(
    IReadOnlyDictionary<string, RunnableService> services, HeldServices held, UnitOpening opening, UnitClosing closing, ServiceRelease releasing,
    ServiceDefinitions definitions, Tenures tenures, Func<ClusterView?> view, Func<long, bool> mayWrite, ILogger log)
    : IDisposable
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> gates = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim placing = new(1);
    private volatile CancellationTokenSource giveWay = new();
    private int isReleasing;
    private int opened;

    public async Task PromoteAsync(NodeEffect.Promote order, Action<NodeInput> answer, CancellationToken cancellation)
    {
        var isEarly = false;
        var failure = await AloneAsync(order.Service, token => OpenAsync(order, () => isEarly = true, token), cancellation);
        answer(new NodeInput.Promoted(order.Service, order.Epoch, failure) { IsEarly = isEarly });
        if (failure is null && held.Find(order.Service) is { } service)
        {
            await AnchorAsync(service, cancellation);
        }
    }

    public async Task StartAsync(NodeEffect.Start order, Action<NodeInput> answer, CancellationToken cancellation)
    {
        var failure = held.Find(order.Service) is not { } service
            ? Unknown(order.Service)
            : await AloneAsync(order.Service, token => StartPartsAsync(service, order, token), cancellation);
        answer(new NodeInput.Started(order.Service, order.Epoch, failure));
    }

    public async Task StopAsync(NodeEffect.Stop order, Action<NodeInput> answer, CancellationToken cancellation)
    {
        // A service that this node neither knows nor holds was never started here.
        var failure = held.Find(order.Service) is not { } service
            ? null
            : await AloneAsync(order.Service, token => WordsAsync(service.Parts.StopAsync(StopManner.Orderly, order.Limit, token)), cancellation);
        answer(new NodeInput.Stopped(order.Service, order.Epoch, failure));
    }

    public async Task PrepareAsync(NodeEffect.Prepare order, Action<NodeInput> answer, CancellationToken cancellation)
    {
        var failure = services.GetValueOrDefault(order.Service) is not { } service
            ? Unknown(order.Service)
            : await AloneAsync(order.Service, token => PrepareAllAsync(service, order.Target, token), cancellation);
        answer(new NodeInput.Prepared(order.Service, order.Epoch, failure));
    }

    public async Task CloseAsync(NodeEffect.Close order, Action<NodeInput> answer, CancellationToken cancellation)
    {
        // A service that this node neither knows nor holds was never opened here.
        Offer? handed = null;
        var failure = held.Find(order.Service) is not { } service ? null : await AloneAsync(
            order.Service,
            async token =>
            {
                var closed = await CloseAllAsync(service, order, token);
                handed = closed.IsOk ? closed.Value : null;
                return closed.Fault?.ToString();
            },
            cancellation);
        answer(new NodeInput.Closed(order.Service, order.Epoch, handed, failure));
    }

    public async Task ReleaseAllAsync(NodeEffect.ReleaseAll order, Action<NodeInput> answer, CancellationToken cancellation)
    {
        // Ordered again while it is being done, as a slow node is: a second one would only get into the way of the first, whose
        // answer is to come.
        if (Interlocked.Exchange(ref isReleasing, 1) == 1)
        {
            return;
        }

        log.LogWarning("everything is let go of: {Reason}", order.Reason);

        // From here nothing new begins, and what runs ends as soon as it can.
        using var ended = giveWay;
        giveWay = new CancellationTokenSource();
        await ended.CancelAsync();
        tenures.LetGoOfAll();
        string? failure;
        try
        {
            int before;
            do
            {
                // What was opened behind its back, by an order that came before, is not let go of yet.
                before = Volatile.Read(ref opened);
                failure = await releasing.RunAsync(held.Possible, gates, cancellation);
            }
            while (failure is null && before != Volatile.Read(ref opened));
        }
        finally
        {
            Volatile.Write(ref isReleasing, 0);
        }

        answer(failure is null ? new NodeInput.AllReleased() : new NodeInput.ReleaseFailed(failure));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        giveWay.Dispose();
        placing.Dispose();
    }

    private async Task<string?> OpenAsync(NodeEffect.Promote order, Action early, CancellationToken cancellation)
    {
        if (held.Outdated(order.Service) is { } before)
        {
            tenures.Hold(before.Name, order.Epoch);
            if (IsLeftAlone(before.Name))
            {
                return null;
            }

            // What could not be opened as it is configured now goes on as it was.
            if (services.GetValueOrDefault(before.Name) is { } now && await definitions.ObjectionNowAsync(now, cancellation) is { } why)
            {
                log.LogWarning("service {Service} goes on as it was before its configuration was changed: {Why}", before.Name, why);
                return null;
            }

            if (await EndOutdatedAsync(before, cancellation) is { } left)
            {
                return left;
            }
        }

        return services.GetValueOrDefault(order.Service) is not { } service ? Unknown(order.Service)
            : await PlaceAsync(service, order, early, cancellation) ?? await OpenAllAsync(service, order, cancellation);
    }

    private async Task<string?> PlaceAsync(RunnableService service, NodeEffect.Promote order, Action early, CancellationToken cancellation)
    {
        if (held.IsHeld(service.Name))
        {
            // It is open already, as an agent before this one left it, and was asked for then.
            return null;
        }

        // All services of a node are opened at once: asked at once, each would only make the others ask again.
        await placing.WaitAsync(cancellation);
        try
        {
            if (await definitions.PlaceAsync(service, order.Epoch, order.Session, mayWrite, cancellation) is { } why)
            {
                return why;
            }
        }
        finally
        {
            placing.Release();
        }

        // The store knows of that epoch from now on: whoever takes the service next does so in a later one.
        if (await definitions.EarlyAsync(service, order.Epoch, cancellation) is not { } later)
        {
            return null;
        }

        early();
        return later;
    }

    // What an operator looks after is neither stopped for a changed configuration, nor started because the agent was.
    private bool IsLeftAlone(string service) => view()?.Record.Service(service)?.Wanted == WantedState.Unmanaged;

    // The configuration was changed while it ran: it ends as it was, and begins as it is configured now. Nobody else may have it between.
    private async Task<string?> EndOutdatedAsync(RunnableService service, CancellationToken cancellation)
    {
        log.LogWarning("what runs of service {Service} is not what is configured now: it is stopped as it was", service.Name);
        var stopped = await service.Parts.StopAsync(StopManner.Orderly, service.Policy.StopLimit, cancellation);
        var left = stopped.IsOk ? await releasing.CloseAsync(service, cancellation) : stopped.ToString();
        if (left is null)
        {
            tenures.LetGo(service.Name);
            held.Forget(service.Name);
        }

        return left;
    }

    private async Task<string?> OpenAllAsync(RunnableService service, NodeEffect.Promote order, CancellationToken cancellation)
    {
        var noted = held.Keep(service);
        if (!noted.IsOk)
        {
            return noted.Fault.ToString();
        }

        Interlocked.Increment(ref opened);
        tenures.Hold(service.Name, order.Epoch);
        var outcomes = await Task.WhenAll(service.Units.Select(unit => opening.OpenAsync(unit, order.Epoch, order.Session, cancellation)));
        var fault = outcomes.FirstOrDefault(outcome => !outcome.IsOk).Fault;
        if (fault is null && !cancellation.IsCancellationRequested)
        {
            return null;
        }

        tenures.LetGo(service.Name);
        return fault?.ToString() ?? "everything is being let go of";
    }

    private async Task<string?> StartPartsAsync(RunnableService service, NodeEffect.Start order, CancellationToken cancellation)
    {
        if (IsLeftAlone(service.Name))
        {
            return null;
        }

        if (!mayWrite(order.Session))
        {
            return "the time in which this node may start it ran out";
        }

        var proof = view()?.Record.Service(service.Name)?.Owner?.Proof.Kind;
        var why = proof is ProofKind.PowerOff or ProofKind.LeaseExpired or ProofKind.Rebooted or ProofKind.Operator ? PartStart.AfterFence : PartStart.Ordinary;
        return await WordsAsync(service.Parts.StartAsync(why, service.StartLimit, cancellation));
    }

    private async Task<string?> PrepareAllAsync(RunnableService service, NodeId target, CancellationToken cancellation)
    {
        var outcomes = await Task.WhenAll(service.Units.Select(unit => closing.PrepareAsync(unit, target, cancellation)));
        return outcomes.FirstOrDefault(outcome => !outcome.IsOk).Fault?.ToString();
    }

    private async Task<Outcome<Offer?>> CloseAllAsync(RunnableService service, NodeEffect.Close order, CancellationToken cancellation)
    {
        var closed = await Task.WhenAll(service.Units.Select(unit => closing.CloseAsync(unit, order.Epoch, order.Target, cancellation)));
        if (closed.FirstOrDefault(outcome => !outcome.IsOk).Fault is { } fault)
        {
            return fault;
        }

        tenures.LetGo(service.Name);
        held.Forget(service.Name);
        return Outcome.Ok(OfferLook.Whole(closed.Select(outcome => outcome.Value)));
    }

    private async Task AnchorAsync(RunnableService service, CancellationToken cancellation)
    {
        foreach (var unit in service.Units)
        {
            await opening.AnchorAsync(unit, cancellation);
        }
    }

    /// <summary>Runs work alone for a service; a failure in words if it had to give way.</summary>
    private async Task<string?> AloneAsync(string service, Func<CancellationToken, Task<string?>> work, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(giveWay.Token, cancellation);
        var gate = gates.GetOrAdd(service, _ => new SemaphoreSlim(1));
        try
        {
            await gate.WaitAsync(either.Token);
            try
            {
                return await work(either.Token);
            }
            finally
            {
                gate.Release();
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return "everything is being let go of";
        }
    }

    private static async Task<string?> WordsAsync(Task<PartsReport> report) => await report is { IsOk: false } failed ? failed.ToString() : null;

    private static string Unknown(string service) => $"service {service} is not in the configuration of this node";
}
