using NodeAgent.Contract;

namespace NodeAgent.Tests.Daemon.Plugins.Yard;

/// <summary>A backend's log; a fixture says "entered" in it, and a test waits for that.</summary>
internal sealed class RecordingLog : IBackendLog
{
    private readonly SemaphoreSlim lines = new(0);

    public void Write(Severity severity, string message) => lines.Release();

    public Task LineAsync() => lines.WaitAsync();
}
