using Microsoft.Extensions.Logging.Console;
using NodeAgent.Linux.Systemd;

namespace NodeAgent.Daemon.Logging;

/// <summary>Where the agent's log lines go: to the journal as entries with fields, or to a terminal or pipe as lines. Neither is ever waited for.</summary>
internal static class AgentLogs
{
    public static ILoggerFactory Create(Func<LogLevel> level) => LoggerFactory.Create(builder => To(builder
        .SetMinimumLevel(LogLevel.Trace)
        .AddFilter((category, wanted) => wanted >= Floor(category, level()))));

    private static ILoggingBuilder To(ILoggingBuilder builder)
    {
        if (JournalSocket.IsOurs())
        {
            return builder.AddProvider(new JournalLogs(new JournalSocket()));
        }

        builder.Services.Configure<ConsoleLoggerOptions>(options => options.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
        return builder.AddSystemdConsole();
    }

    private static LogLevel Floor(string? category, LogLevel ours) => category switch
    {
        // A peer that lost power ends its connections with an exception there; the state of its paths tells of it.
        "Microsoft.AspNetCore.Server.Kestrel" => LogLevel.Critical,
        // It writes a stack trace of what is told as a fault.
        "Microsoft.Extensions.Hosting.Internal.Host" => LogLevel.None,
        not null when category.StartsWith("Microsoft", StringComparison.Ordinal) => LogLevel.Warning,
        _ => ours,
    };
}
