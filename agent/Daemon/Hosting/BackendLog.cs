using NodeAgent.Contract;

namespace NodeAgent.Daemon.Hosting;

/// <summary>A backend's lines on their way to the journal.</summary>
internal sealed class BackendLog(ILogger log) : IBackendLog
{
    public void Write(Severity severity, string message)
    {
        var level = severity switch
        {
            Severity.Debug => LogLevel.Debug,
            Severity.Information => LogLevel.Information,
            Severity.Warning => LogLevel.Warning,
            _ => LogLevel.Error,
        };
#pragma warning disable CA2254 // The line is the backend's, not a template of ours.
        log.Log(level, message.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
#pragma warning restore CA2254
    }
}
