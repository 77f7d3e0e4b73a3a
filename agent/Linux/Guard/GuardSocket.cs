using System.Net.Sockets;

using NodeAgent.Contract;
using NodeAgent.Linux.Peers;

namespace NodeAgent.Linux.Guard;

/// <summary>One connection to the guard: an answer to each question, in order, and notices between.</summary>
internal sealed class GuardSocket : IDisposable
{
    private readonly Socket socket;
    private readonly Action<GuardStatus> notice;
    private TaskCompletionSource<GuardAnswer?>? waiting;
    private volatile bool broken;

    private GuardSocket(Socket socket, Action<GuardStatus> notice) => (this.socket, this.notice) = (socket, notice);

    public bool IsBroken => broken;

    /// <summary>True if the guard counts this connection as the one that armed.</summary>
    public bool InCharge { get; set; }

    public static async Task<Outcome<GuardSocket>> ConnectAsync(string path, string what, Action<GuardStatus> notice, CancellationToken cancellation)
    {
        var made = new Socket(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
        try
        {
            await made.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
        }
        catch (SocketException failure)
        {
            made.Dispose();
            return GuardFaults.Unreachable(what, $"{path}: {SocketWords.Of(failure)}");
        }
        catch (OperationCanceledException)
        {
            made.Dispose();
            throw;
        }

        var connection = new GuardSocket(made, notice);
        _ = connection.ListenAsync();
        return connection;
    }

    /// <summary>Null if the connection broke, or the answer is of another version. One question at a time.</summary>
    public async Task<GuardAnswer?> AskAsync(byte[] request, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<GuardAnswer?>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting = answer;
        if (broken)
        {
            return null;
        }

        try
        {
            _ = await socket.SendAsync(request, SocketFlags.None, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            broken = true;
            return null;
        }

        return await answer.Task.WaitAsync(cancellation).ConfigureAwait(false);
    }

    public void Dispose()
    {
        broken = true;
        socket.Dispose();
    }

    private async Task ListenAsync()
    {
        var bytes = new byte[GuardWire.AnswerSize + 1];
        try
        {
            while (await socket.ReceiveAsync(bytes, SocketFlags.None).ConfigureAwait(false) is var count and > 0)
            {
                Take(GuardWire.Read(bytes.AsSpan(0, count)));
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The guard went, or we did: the next question connects anew.
        }

        broken = true;
        _ = waiting?.TrySetResult(null);
    }

    private void Take(GuardAnswer? answer)
    {
        if (answer is { Verdict: GuardVerdict.Notice })
        {
            notice(answer.Status);
            return;
        }

        broken |= answer is null;
        _ = waiting?.TrySetResult(answer);
    }
}
