using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodeAgent.Lab.Host;

namespace NodeAgent.Lab.Machines;

/// <summary>A connection to one QEMU's control socket.</summary>
public sealed class Qmp : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly NetworkStream _stream;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _pending = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<QmpEvent> _events = new();
    private int _last;

    private Qmp(NetworkStream stream) => _stream = stream;

    public IReadOnlyCollection<QmpEvent> Events => _events;

    public static async Task<Qmp> ConnectAsync(string path, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
        var qmp = new Qmp(new NetworkStream(socket, ownsSocket: true));
        _ = qmp.ReadAsync();
        await qmp.RunAsync("qmp_capabilities", null, cancel);
        return qmp;
    }

    public async Task<JsonElement> RunAsync(string command, JsonObject? arguments, CancellationToken cancel)
    {
        var id = Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = answer;
        var request = new JsonObject { ["execute"] = command, ["id"] = id };
        if (arguments is not null)
        {
            request["arguments"] = arguments;
        }

        await _stream.WriteAsync(Encoding.UTF8.GetBytes(request.ToJsonString() + "\n"), cancel);
        try
        {
            return await answer.Task.WaitAsync(Limit, cancel);
        }
        catch (TimeoutException late)
        {
            throw new LabFailure($"QEMU did not answer {command} within {Limit.TotalSeconds:F0} s", late);
        }
    }

    /// <summary>Waits until an event of this name is told after <paramref name="since"/>.</summary>
    public async Task<QmpEvent> WaitForAsync(string name, DateTimeOffset since, TimeSpan limit, CancellationToken cancel)
    {
        QmpEvent? found = null;
        await Patience.UntilAsync($"QEMU event {name}", limit, cancel, () =>
        {
            found = _events.FirstOrDefault(told => told.Name == name && told.At >= since);
            return Task.FromResult(found is not null);
        });
        return found!;
    }

    public void Dispose() => _stream.Dispose();

    private async Task ReadAsync()
    {
        using var reader = new StreamReader(_stream, Encoding.UTF8, leaveOpen: true);
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                Take(line);
            }
        }
        catch (Exception lost) when (lost is IOException or ObjectDisposedException)
        {
            // The machine is gone; whoever waits is told below.
        }

        foreach (var waiting in _pending.Values)
        {
            waiting.TrySetException(new LabFailure("QEMU closed its control socket"));
        }
    }

    private void Take(string line)
    {
        using var parsed = JsonDocument.Parse(line);
        var root = parsed.RootElement;
        if (root.TryGetProperty("event", out var name))
        {
            _events.Enqueue(new QmpEvent(name.GetString()!, DateTimeOffset.UtcNow, line));
        }
        else if (root.TryGetProperty("id", out var id) && _pending.TryRemove(id.GetString()!, out var waiting))
        {
            if (root.TryGetProperty("return", out var result))
            {
                waiting.TrySetResult(result.Clone());
            }
            else
            {
                waiting.TrySetException(new LabFailure($"QEMU refused: {line}"));
            }
        }
    }
}
