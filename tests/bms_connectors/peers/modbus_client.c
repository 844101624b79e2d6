/* One request of libmodbus; arguments and output as in modbus_parties.py. */
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_NUMBER = 7 };

static int read_table(modbus_t *ctx, const char *table, int address, int count)
{
    uint8_t bits[MODBUS_MAX_READ_BITS] = {0};
    uint16_t words[MODBUS_MAX_READ_REGISTERS] = {0};
    int is_bits = !strcmp(table, "coil") || !strcmp(table, "discrete-input"), done;

    if (count < 1 || count > MODBUS_MAX_READ_REGISTERS)
        return -1;
    if (!strcmp(table, "coil"))
        done = modbus_read_bits(ctx, address, count, bits);
    else if (!strcmp(table, "discrete-input"))
        done = modbus_read_input_bits(ctx, address, count, bits);
    else if (!strcmp(table, "holding-register"))
        done = modbus_read_registers(ctx, address, count, words);
    else
        done = modbus_read_input_registers(ctx, address, count, words);
    for (int i = 0; i < done; i++)
        printf("%d%c", is_bits ? bits[i] : words[i], i + 1 < done ? ' ' : '\n');
    return done;
}

static int write_table(modbus_t *ctx, const char *table, int address, int count, char **numbers)
{
    uint8_t bits[MODBUS_MAX_WRITE_REGISTERS];
    uint16_t words[MODBUS_MAX_WRITE_REGISTERS];
    int done;

    if (count < 1 || count > MODBUS_MAX_WRITE_REGISTERS)
        return -1;
    for (int i = 0; i < count; i++)
        bits[i] = words[i] = (uint16_t)atoi(numbers[i]);
    if (!strcmp(table, "coil"))
        done = count > 1 ? modbus_write_bits(ctx, address, count, bits) : modbus_write_bit(ctx, address, bits[0]);
    else
        done = count > 1 ? modbus_write_registers(ctx, address, count, words)
                         : modbus_write_register(ctx, address, words[0]);
    if (done > 0)
        puts("written");
    return done;
}

int main(int argc, char **argv)
{
    if (argc <= FIRST_NUMBER)
        return EXIT_FAILURE;
    modbus_t *ctx = modbus_new_tcp(argv[1], atoi(argv[2]));
    if (ctx == NULL || modbus_set_slave(ctx, atoi(argv[3])) || modbus_set_response_timeout(ctx, 10, 0) ||
        modbus_connect(ctx)) {
        perror("no connection");
        return EXIT_FAILURE;
    }
    int is_read = !strcmp(argv[4], "read"), address = atoi(argv[6]);
    int done = is_read ? read_table(ctx, argv[5], address, atoi(argv[FIRST_NUMBER]))
                       : write_table(ctx, argv[5], address, argc - FIRST_NUMBER, argv + FIRST_NUMBER);
    int code = errno - MODBUS_ENOBASE, is_exception = done < 0 && code > 0 && code < MODBUS_EXCEPTION_MAX;
    if (is_exception)
        printf("exception %d\n", code);
    else if (done < 0)
        fprintf(stderr, "%s\n", modbus_strerror(errno));
    modbus_close(ctx);
    modbus_free(ctx);
    return done >= 0 || is_exception ? EXIT_SUCCESS : EXIT_FAILURE;
}
