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

    public void Post<TMessage, T>(string path, Func<TMessage, CancellationToken, Task<Outcome<T>>> answer) =>
        routes.MapPost(path, async (HttpContext context) =>
        {
            var message = await ReadAsync<TMessage>(context);
            // An order that was begun is carried on even if who gave it hangs up.
            await AnswerAsync(context, message.IsOk ? await answer(message.Value, CancellationToken.None) : message.Fault);
        });

    public static async Task AnswerAsync<T>(HttpContext context, Outcome<T> outcome)
    {
        context.Response.ContentType = "application/json";
        if (!outcome.IsOk)
        {
            await RefuseAsync(context, outcome.Fault);
            return;
        }

        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(outcome.Value, WireJson.Compact), context.RequestAborted);
    }

    public static async Task RefuseAsync(HttpContext context, Fault fault)
    {
        context.Response.ContentType = "application/json";
        context.Response.StatusCode = fault.Code switch
        {
            FaultCode.PermissionDenied => StatusCodes.Status403Forbidden,
            FaultCode.NotFound => StatusCodes.Status404NotFound,
            FaultCode.InvalidArgument or FaultCode.Unparseable => StatusCodes.Status400BadRequest,
            _ => StatusCodes.Status409Conflict,
        };
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(fault, WireJson.Compact), context.RequestAborted);
    }

    private static async Task<Outcome<T>> ReadAsync<T>(HttpContext context)
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

        return WireJson.Read<T>(buffer.ToArray(), $"message to {context.Request.Path}");
    }
}
