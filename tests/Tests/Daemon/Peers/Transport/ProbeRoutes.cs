using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Transport;

namespace NodeAgent.Tests.Daemon.Peers.Transport;

/// <summary>Routes as replication will have them: a stream in, a refusal.</summary>
internal sealed class ProbeRoutes(TimeProvider time) : IPeerEndpoints
{
    public static readonly Fault NoSpace = new(FaultCode.OutOfSpace, "cannot receive", "full", "Make room.", Retry.AfterFix);

    /// <summary>What became of each stream that came in: its length, or the exception's name.</summary>
    public List<string> Ended { get; } = [];

    public TaskCompletionSource FirstBytes { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource StreamEnded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("test/in", TakeInAsync);
        routes.MapPost("test/refuse", context => context.RefuseAsync(NoSpace));
        routes.MapPost("test/who", context => context.AnswerAsync(Outcome.Ok(new Told(context.Peer().Value, 0))));
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
}
