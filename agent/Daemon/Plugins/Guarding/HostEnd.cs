namespace NodeAgent.Daemon.Plugins.Guarding;

/// <summary>The host's side of a call that moves bytes or tells progress.</summary>
internal sealed class HostEnd(CallClock clock)
{
    private string? failure;

    public CallClock Clock { get; } = clock;

    /// <summary>What went wrong on the host's side, which is no fault of the plugin's; null if nothing did.</summary>
    public string? Failure => Volatile.Read(ref failure);

    /// <summary>Remembers the first failure of the host's side.</summary>
    public void Failed(Exception exception) => Interlocked.CompareExchange(ref failure, exception.Message, null);

    /// <summary>A progress that also counts as a sign of life; null stays a sign of life that nobody reads.</summary>
    public IProgress<T> Progress<T>(IProgress<T>? inner) => new HandedProgress<T>(inner, this);
}
