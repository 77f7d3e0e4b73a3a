using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Transport;

namespace NodeAgent.Tests.Daemon.Peers.Transport;

/// <summary>Routes as replication will have them: a stream in, a stream out, a refusal.</summary>
internal sealed class ProbeRoutes(TimeProvider time) : IPeerEndpoints
{
    public static readonly Fault NoSpace = new(FaultCode.OutOfSpace, "cannot receive", "full", "Make room.", Retry.AfterFix);

    /// <summary>What became of each stream that came in: its length, or the exception's name.</summary>
    public List<string> Ended { get; } = [];

    public TaskCompletionSource FirstBytes { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource StreamEnded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set when the caller has the head of the answer that will break.</summary>
    public TaskCompletionSource HeadSeen { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("test/in", TakeInAsync);
        routes.MapPost("test/out", HandOutAsync);
        routes.MapPost("test/refuse", context => context.RefuseAsync(NoSpace));
        routes.MapPost("test/who", context => context.AnswerAsync(Outcome.Ok(new Told(context.Peer().Value, 0))));
        routes.MapPost("test/break", BreakAsync);
    }

    private async Task TakeInAsync(HttpContext context)
    {
        var body = context.OpenBody(TimeSpan.FromSeconds(30), time);
        var buffer = new byte[1024 * 1024];
        long total = 0;
        try
        {
            int read;
            while ((read = await body.ReadAsync(buffer, context.RequestAborted)) > 0)
            {
                total += read;
                FirstBytes.TrySetResult();
            }
        }
        catch (Exception broken)
        {
            Ended.Add(broken.GetType().Name);
            StreamEnded.TrySetResult();
            throw;
        }

        Ended.Add(total.ToString());
        StreamEnded.TrySetResult();
        await context.AnswerAsync(Outcome.Ok(new Told(context.Peer().Value, total)));
    }

    private async Task HandOutAsync(HttpContext context)
    {
        var asked = await context.ReadMessageAsync<Told>(1000);
        var answer = context.OpenAnswer(TimeSpan.FromSeconds(30), time);
        var chunk = RandomNumberGenerator.GetBytes(64 * 1024);
        for (long left = asked.Value.Bytes; left > 0; left -= chunk.Length)
        {
            await answer.WriteAsync(chunk.AsMemory(0, (int)Math.Min(left, chunk.Length)), context.RequestAborted);
        }
    }

    private async Task BreakAsync(HttpContext context)
    {
        var answer = context.OpenAnswer(TimeSpan.FromSeconds(30), time);
        await answer.WriteAsync(new byte[1000]);
        await answer.FlushAsync();
        await HeadSeen.Task;
        context.Abort();
    }
}
