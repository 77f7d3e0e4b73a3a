namespace NodeAgent.Daemon.Plugins.Guarding;

/// <summary>The caller's progress as a plugin sees it.</summary>
internal sealed class HandedProgress<T>(IProgress<T>? inner, HostEnd host) : IProgress<T>
{
    public void Report(T value)
    {
        host.Clock.Sign();
        inner?.Report(value);
    }
}
