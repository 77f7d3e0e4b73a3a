namespace NodeAgent.Daemon.Cli.Output;

/// <summary>One line that is written over itself while something runs. Shows nothing where nobody watches.</summary>
internal sealed class ProgressLine(CliSurroundings around) : IDisposable
{
    private const int BarWidth = 24;
    private string last = "";

    /// <summary>Whether anybody watches.</summary>
    public bool IsShown { get; } = around.IsErrorTerminal && around.Variable("TERM") is not (null or "" or "dumb");

    /// <summary>"[######------] 50 %", or only a dot where the whole is unknown.</summary>
    public static string Bar(double? share)
    {
        if (share is not { } part)
        {
            return $"[{new string('.', BarWidth)}]   - %";
        }

        var done = (int)(Math.Clamp(part, 0, 1) * BarWidth);
        return $"[{new string('#', done)}{new string('-', BarWidth - done)}] {(int)(Math.Clamp(part, 0, 1) * 100),3} %";
    }

    public void Show(string text)
    {
        if (!IsShown || text == last)
        {
            return;
        }

        around.Error.Write($"\r{text}{new string(' ', Math.Max(0, last.Length - text.Length))}");
        around.Error.Flush();
        last = text;
    }

    public void Dispose()
    {
        if (last.Length > 0)
        {
            around.Error.Write($"\r{new string(' ', last.Length)}\r");
            around.Error.Flush();
        }
    }
}
