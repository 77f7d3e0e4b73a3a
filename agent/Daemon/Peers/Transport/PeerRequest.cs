using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>What handlers of peer routes need of a request and its answer.</summary>
internal static class PeerRequest
{
    private const int BadRequest = 400;

    /// <summary>The member that calls, as its certificate proves.</summary>
    public static NodeId Peer(this HttpContext context) =>
        context.Features.Get<PeerFeature>()?.Node
        ?? throw new InvalidOperationException("This route is open to callers without a certificate.");

    /// <summary>
    /// The request's body as a data stream: of any size, at any speed, but never silent for longer than
    /// <paramref name="idle"/>.
    /// </summary>
    public static Stream OpenBody(this HttpContext context, TimeSpan idle, TimeProvider time)
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        context.Features.Get<IHttpMinRequestBodyDataRateFeature>()!.MinDataRate = null;
        var count = context.RequestServices.GetRequiredService<ReceivedStreams>().Of(context.Peer());
        return new IdleLimitedStream(new CountedStream(context.Request.Body, count), idle, time);
    }

    /// <summary>A message in JSON, at most <paramref name="limit"/> bytes.</summary>
    public static async Task<Outcome<T>> ReadMessageAsync<T>(this HttpContext context, int limit)
        where T : class
    {
        var content = await BoundedBody.ReadAsync(context.Request.Body, limit, context.RequestAborted);
        return content.IsOk ? PeerMessage.Read<T>(content.Value) : content.Fault;
    }

    public static Task AnswerAsync<T>(this HttpContext context, Outcome<T> outcome) => outcome.IsOk
        ? context.Response.WriteAsJsonAsync(outcome.Value, PeerJson.Options, context.RequestAborted)
        : context.RefuseAsync(outcome.Fault);

    public static Task RefuseAsync(this HttpContext context, Fault fault)
    {
        context.Response.StatusCode = StatusOf(fault.Code);
        return context.Response.WriteAsJsonAsync(
            FaultMessage.From(fault), PeerJson.Options, context.RequestAborted);
    }

    private static int StatusOf(FaultCode code) => code switch
    {
        FaultCode.PermissionDenied => 403,
        FaultCode.NotFound => 404,
        FaultCode.Busy => 429,
        FaultCode.AlreadyExists or FaultCode.PreconditionFailed or FaultCode.StaleEpoch or FaultCode.Diverged => 409,
        FaultCode.DataPathUnavailable or FaultCode.ControlPlaneUnavailable => 503,
        FaultCode.OutOfSpace => 507,
        FaultCode.Internal => 500,
        _ => BadRequest,
    };
}
