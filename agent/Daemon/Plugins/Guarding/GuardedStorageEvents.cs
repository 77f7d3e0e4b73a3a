using System.Runtime.CompilerServices;

using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

internal sealed class GuardedStorageEvents(CallSupervisor calls) : IStorageEvents
{
    private static readonly GuardedCall Watch = new("events.watch", CallKind.Watch, "watch for events", "");

    /// <inheritdoc/>
    public async IAsyncEnumerable<StorageEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        if (calls.Condition.Refusal(Watch) is { } refusal)
        {
            calls.Refuse(Watch, refusal);
            yield break;
        }

        if (await calls.AttachAsync(cancellation) is not { } attachment)
        {
            yield break;
        }

        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var token = new CancellationTokenSource();
        void LetGo() => _ = until.CancelAsync();
        IAsyncEnumerator<StorageEvent>? enumerator = null;
        calls.Slot.OnClosing(LetGo);
        try
        {
            if (calls.Slot.IsClosed || attachment.Ability<IStorageEvents>() is not { } events)
            {
                yield break;
            }

            while (await NextAsync(
                () => enumerator ??= events.WatchAsync(token.Token).GetAsyncEnumerator(token.Token), token, until.Token)
                is { } next)
            {
                yield return next;
            }
        }
        finally
        {
            calls.Slot.NoLongerOnClosing(LetGo);
            await token.CancelAsync();
            await CloseAsync(enumerator);
            calls.Slot.Leave();
        }

        cancellation.ThrowIfCancellationRequested();
    }

    private async Task<StorageEvent?> NextAsync(
        Func<IAsyncEnumerator<StorageEvent>> source, CancellationTokenSource token, CancellationToken cancellation)
    {
        var invocation = await calls.Code.InvokeAsync(
            async stop =>
            {
                await using var told = stop.Register(() => _ = token.CancelAsync());
                return await source().MoveNextAsync() ? source().Current : null;
            },
            new CallClock(calls.Deadline(CallKind.Watch)),
            cancellation);
        if (invocation.End is InvocationEnd.Threw or InvocationEnd.Abandoned)
        {
            calls.Failure(Watch, invocation, TimeSpan.Zero);
        }

        return invocation.Value;
    }

    private async Task CloseAsync(IAsyncEnumerator<StorageEvent>? enumerator)
    {
        if (enumerator is null)
        {
            return;
        }

        var closing = await calls.Code.InvokeAsync(
            async _ =>
            {
                await enumerator.DisposeAsync();
                return true;
            },
            new CallClock(calls.Deadline(CallKind.Read)),
            CancellationToken.None);
        if (closing.End == InvocationEnd.Abandoned)
        {
            calls.Failure(Watch, closing, TimeSpan.Zero);
        }
    }
}
