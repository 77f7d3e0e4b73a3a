using System.Diagnostics;
using System.Text;

namespace NodeAgent.Tests.Daemon.Stores;

/// <summary>A member's process, and what it said.</summary>
internal sealed class StartedMember : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder said = new();

    public StartedMember(Process process)
    {
        this.process = process;
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>How it ended, and all that it said until then.</summary>
    public async Task<(int ExitCode, string Said)> EndedAsync()
    {
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        lock (said)
        {
            return (process.ExitCode, said.ToString());
        }
    }

    public void Kill()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    public void Dispose()
    {
        Kill();
        process.Dispose();
    }

    private void Hear(object sender, DataReceivedEventArgs line)
    {
        lock (said)
        {
            said.AppendLine(line.Data);
        }
    }
}
