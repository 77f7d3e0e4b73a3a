using NodeAgent.Contract;

namespace NodeAgent.MirrorDriver;

/// <summary>Lines with the wall clock, for the lab's evidence.</summary>
internal sealed class ConsoleLog : IBackendLog
{
    public void Write(Severity severity, string message) => Console.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {severity} {message}");
}
