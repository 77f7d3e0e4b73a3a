using System.Diagnostics;
using NodeAgent.Lab.Host;

namespace NodeAgent.Lab.Machines;

/// <summary>A command that runs on a node until it ends or is ended.</summary>
public sealed class RemoteCommand : IDisposable
{
    private readonly Process _process;

    public RemoteCommand(IReadOnlyList<string> argv, Action<string> onLine)
    {
        _process = Shell.Start(argv);
        _process.StandardInput.Close();
        Lines = Task.WhenAll(ReadAsync(_process.StandardOutput, onLine), ReadAsync(_process.StandardError, onLine));
    }

    /// <summary>Ends when the last line was told.</summary>
    public Task Lines { get; }

    public bool HasExited => _process.HasExited;

    public async Task<int> WaitAsync(TimeSpan limit, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(limit);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new LabFailure($"a remote command did not end within {limit.TotalSeconds:F0} s", late);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static async Task ReadAsync(StreamReader from, Action<string> onLine)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            onLine(line);
        }
    }
}
