using System.Globalization;
using NodeAgent.Linux.Systemd;

namespace NodeAgent.Daemon.Logging;

/// <summary>The log of one category.</summary>
internal sealed class JournalLog(JournalSocket journal, string category) : ILogger
{
    private const string Identifier = "nodeagent";

    // What a message was made of, as Microsoft.Extensions.Logging calls it.
    private const string Template = "{OriginalFormat}";

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var text = formatter(state, exception);
        var entry = Begin(logLevel, exception is null ? text : $"{text}\n{exception}");
        if (exception is not null)
        {
            entry.Add(JournalEntry.Name("Exception"), exception.GetType().FullName ?? exception.GetType().Name);
        }

        foreach (var (name, value) in state as IReadOnlyList<KeyValuePair<string, object?>> ?? [])
        {
            entry.Add(name == Template ? "NODEAGENT_TEMPLATE" : JournalEntry.Name(name), Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
        }

        if (journal.Send(entry) && journal.TakeLost() is > 0 and var lost)
        {
            _ = journal.Send(Begin(LogLevel.Warning, $"{lost} lines before this one are lost: the journal did not take them").Add("NODEAGENT_LOST_LINES", lost.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private JournalEntry Begin(LogLevel level, string message) => new JournalEntry()
        .Add("MESSAGE", message).Add("PRIORITY", Priority(level)).Add("SYSLOG_IDENTIFIER", Identifier).Add("NODEAGENT_CATEGORY", category);

    // As syslog(3) counts.
    private static string Priority(LogLevel level) => level switch
    {
        LogLevel.Critical => "2",
        LogLevel.Error => "3",
        LogLevel.Warning => "4",
        LogLevel.Information => "6",
        _ => "7",
    };
}
