namespace NodeAgent.Linux.Bus;

/// <summary>Ends listening when it is disposed, once.</summary>
internal sealed class BusListening(Action end) : IDisposable
{
    private Action? end = end;

    public void Dispose() => Interlocked.Exchange(ref end, null)?.Invoke();
}
