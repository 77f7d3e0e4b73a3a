using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Daemon.Json;

namespace NodeAgent.Daemon.Api;

/// <summary>
/// Routes of the local API: messages in JSON, outcomes as values or faults. GET is for whoever may read; POST changes
/// something and is for root alone.
/// </summary>
internal sealed class ApiRoutes(IEndpointRouteBuilder routes)
{
    private const int MessageLimit = 256 * 1024;

    public void Get<T>(string path, Func<HttpContext, Task<Outcome<T>>> answer) =>
        routes.MapGet(path, async (HttpContext context) => await AnswerAsync(context, await answer(context)));

    public void Post<TMessage, T>(string path, Func<TMessage, CancellationToken, Task<Outcome<T>>> answer)
        where TMessage : notnull =>
        routes.MapPost(path, async (HttpContext context) =>
        {
            var message = await ReadAsync<TMessage>(context);

            // An order that was begun is carried on even if who gave it hangs up.
            await AnswerAsync(context, message.IsOk ? await answer(message.Value, CancellationToken.None) : message.Fault);
        });

    /// <summary>Answers what no route takes. To be called when all routes are there.</summary>
    public void Close() => routes.MapFallback("{*path}", (HttpContext context) => RefuseAsync(context, new Fault(
        FaultCode.NotFound, $"cannot {context.Request.Method} {context.Request.Path}", "the agent has no such route",
        "The command line and the agent may be of different versions: see 'nodeagent version'.", Retry.Never)));

    public static async Task AnswerAsync<T>(HttpContext context, Outcome<T> outcome)
    {
        if (!outcome.IsOk)
        {
            await RefuseAsync(context, outcome.Fault);
            return;
        }

        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(outcome.Value, WireJson.Compact), context.RequestAborted);
    }

    public static async Task RefuseAsync(HttpContext context, Fault fault)
    {
        context.Response.ContentType = "application/json";
        context.Response.StatusCode = fault.Code switch
        {
            FaultCode.PermissionDenied => StatusCodes.Status403Forbidden,
            FaultCode.NotFound => StatusCodes.Status404NotFound,
            FaultCode.InvalidArgument or FaultCode.OutOfRange or FaultCode.Unparseable => StatusCodes.Status400BadRequest,
            FaultCode.Internal => StatusCodes.Status500InternalServerError,
            _ => StatusCodes.Status409Conflict,
        };
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(fault, WireJson.Compact), context.RequestAborted);
    }

    private static async Task<Outcome<T>> ReadAsync<T>(HttpContext context)
        where T : notnull
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[8192];
        int read;
        while ((read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
        {
            await buffer.WriteAsync(chunk.AsMemory(0, read), context.RequestAborted);
            if (buffer.Length > MessageLimit)
            {
                return new Fault(FaultCode.InvalidArgument, $"cannot read the message to {context.Request.Path}",
                    $"it is longer than {MessageLimit} bytes", "Send less.", Retry.Never);
            }
        }

        var message = WireJson.Read<T>(buffer.ToArray(), $"message to {context.Request.Path}", WireJson.Lenient);
        return message.IsOk && MessageCheck.WrongWith(message.Value) is { } wrong ? wrong : message;
    }
}
