using Microsoft.Win32.SafeHandles;

using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Commands;

/// <summary>
/// A started process that leads its own group. Until it is reaped, its number cannot be given to another process, so
/// that killing its group by number hits nobody else.
/// </summary>
internal sealed class Child : IDisposable
{
    private const int CodeOffset = 8;
    private const int PidOffset = 16;
    private const int StatusOffset = 24;
    private const int ExitedByItself = 1;
    private const int SignalBase = 128;

    private readonly SafeFileHandle pidfd;
    private readonly ReadySignal exit;

    public Child(int pid, SafeFileHandle pidfd, PipeWriter? input, PipeReader output, PipeReader error)
    {
        Pid = pid;
        this.pidfd = pidfd;
        Input = input;
        Output = output;
        Error = error;
        exit = Poller.Shared.Watch(pidfd, Poller.Readable);
    }

    public int Pid { get; }

    /// <summary>Null if it reads from nothing. Whoever feeds it disposes it.</summary>
    public PipeWriter? Input { get; }

    /// <summary>Whoever reads it disposes it.</summary>
    public PipeReader Output { get; }

    /// <summary>Whoever reads it disposes it.</summary>
    public PipeReader Error { get; }

    /// <summary>Ends when the process has ended; it is not reaped yet. One waiter at a time.</summary>
    public Task ExitedAsync(CancellationToken cancellation) => exit.WaitAsync(cancellation);

    /// <summary>Kills the process and all that it started, except what left its group. Only before it is reaped.</summary>
    public void KillGroup()
    {
        _ = LibC.kill(-Pid, LibC.Kill);

        // It may have moved itself to another group.
        _ = LibC.pidfd_send_signal(LibC.PidfdSendSignal, pidfd, LibC.Kill, 0, 0);
    }

    /// <summary>Its exit code, 128 + n if signal n ended it; null if it has not ended. No zombie is left.</summary>
    public unsafe int? Reap()
    {
        var details = stackalloc byte[128];
        *(int*)(details + PidOffset) = 0;
        if (LibC.waitid(LibC.WaitPidfd, pidfd, details, LibC.WaitExited | LibC.WaitNoHang) < 0)
        {
            throw new InvalidOperationException($"waitid: {Errno.Text(Errno.Last)}");
        }

        if (*(int*)(details + PidOffset) == 0)
        {
            return null;
        }

        var status = *(int*)(details + StatusOffset);
        return *(int*)(details + CodeOffset) == ExitedByItself ? status : SignalBase + status;
    }

    public void Dispose()
    {
        exit.Dispose();
        pidfd.Dispose();
    }
}
