import { extendZodWithOpenApi } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';

// Adds `.openapi()` to zod's types and prototypes: every schema file of the API takes `z` from here.
extendZodWithOpenApi(z);

export { z };
